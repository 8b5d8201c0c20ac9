//! Imports run one way: what each crate of the workspace may depend on.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use std::path::Path;

/// Every crate of the workspace, and the others it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("isa", &[]),
    ("engine", &[]),
    ("model", &["isa"]),
    ("boards", &["isa"]),
    ("firmware-loader", &["isa", "boards"]),
    ("layer", &[]),
    ("hdl", &["isa", "boards", "layer"]),
    ("sim", &["isa", "engine", "model", "boards", "firmware-loader", "hdl"]),
    ("tests", &["isa", "engine", "model", "boards", "firmware-loader", "hdl", "sim"]),
];

fn workspace() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        // Of other platforms' packages, nobody may have downloaded any.
        .other_options(["--offline", "--filter-platform", "host-tuple"].map(String::from))
        .exec()
        .expect("cargo metadata")
}

/// What the package imports, without what only its own tests use.
fn imports(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development).map(|d| d.name.as_str())
}

/// Imports that the table does not allow, as "a imports b".
fn violations(table: &[(&str, &[&str])], metadata: &Metadata) -> Vec<String> {
    let mut found = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let Some((_, allowed)) = table.iter().find(|row| row.0 == name) else {
            found.push(format!("{name} is not in the table"));
            continue;
        };
        let ours = imports(package).filter(|import| table.iter().any(|row| row.0 == *import));
        found.extend(ours.filter(|import| !allowed.contains(import)).map(|import| format!("{name} imports {import}")));
    }
    found
}

#[test]
fn imports_run_one_way() {
    let found = violations(MAY_IMPORT, &workspace());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_forbidden_import_is_found() {
    let without_boards: Vec<_> =
        MAY_IMPORT.iter().map(|&(n, i)| if n == "hdl" { (n, &["isa", "layer"][..]) } else { (n, i) }).collect();
    assert_eq!(violations(&without_boards, &workspace()), ["hdl imports boards"]);
}

/// The loader and everything it is made of builds without the HDL, for a host that has only the tool.
#[test]
fn the_loader_never_sees_rust_hdl() {
    let metadata = workspace();
    let resolve = metadata.resolve.as_ref().expect("cargo metadata resolves dependencies");
    let package = |id: &PackageId| metadata.packages.iter().find(|p| p.id == *id).expect("every node is a package");
    let start = resolve.nodes.iter().find(|n| package(&n.id).name.as_str() == "firmware-loader").expect("a member");
    let (mut seen, mut open) = (Vec::new(), vec![start]);
    while let Some(node) = open.pop() {
        let name = package(&node.id).name.as_str();
        assert!(!name.starts_with("rust-hdl"), "firmware-loader depends on {name}");
        if seen.contains(&&node.id) {
            continue;
        }
        seen.push(&node.id);
        let normal = node.deps.iter().filter(|d| d.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal));
        open.extend(normal.filter_map(|d| resolve.nodes.iter().find(|n| n.id == d.pkg)));
    }
    assert!(seen.len() > 1, "the loader has dependencies");
}
