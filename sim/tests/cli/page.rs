//! The page about a run.

use crate::{Bench, DIVIDE, FOREVER, ROOT, add};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

/// The page that a run leaves.
fn page(bench: &Bench, args: &[&str]) -> String {
    let ran = bench.run(&[&["--report", "page.html"], args].concat());
    let page = std::fs::read_to_string(bench.path("page.html")).unwrap();
    assert!(page.ends_with("</html>"), "{}", ran.err);
    page
}

/// What a page has for programs.
fn data(page: &str) -> Value {
    let json = page.split_once(r#"<script type="application/json" id="data">"#).unwrap().1;
    serde_json::from_str(json.split_once("</script>").unwrap().0).unwrap()
}

fn sum(rows: &Value) -> u64 {
    rows.as_array().unwrap().iter().map(|row| row["cycles"].as_u64().unwrap()).sum()
}

fn program(name: &str) -> String {
    Path::new(ROOT).join("tests").join(name).to_str().unwrap().to_string()
}

/// What stands between two texts.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).unwrap_or_else(|| panic!("{from} is missing")).1.split_once(to).unwrap().0
}

#[test]
fn a_page_has_every_cycle_of_its_run() {
    for (file, args) in [("kernels/qsort.wasm", &["--json", "run", "40"][..]), ("programs/chain.wasm", &["--json"])] {
        let bench = Bench::new();
        let file = program(file);
        let ran = bench.run(&[&["--report", "page.html", "--profile", "p.txt", &file], args].concat());
        let object: Value = serde_json::from_str(&ran.out).unwrap();
        let html = std::fs::read_to_string(bench.path("page.html")).unwrap();
        let page = data(&html);
        assert_eq!(page["cycles"], object["cycles"], "{file}");
        assert_eq!(page["instructions"], object["instructions"], "{file}");
        let cycles = object["cycles"].as_u64().unwrap();
        assert_eq!((sum(&page["functions"]), sum(&page["lines"])), (cycles, cycles), "{file}");
        let stalls: u64 = page["stalls"].as_object().unwrap().values().map(|cycles| cycles.as_u64().unwrap()).sum();
        assert!(0 < stalls && stalls < cycles);
        // Both are made of the same counts.
        let table = std::fs::read_to_string(bench.path("p.txt")).unwrap();
        assert!(table.contains(&format!(": {cycles} cycles, {} instructions", object["instructions"])));
        // The frames of the outermost functions are as wide as the page.
        assert!(html.contains(r#"<svg x="0.000%" y="0" width="100.000%""#), "{file}");
    }
}

#[test]
fn a_page_tells_a_trap_with_its_call_chain() {
    let bench = Bench::new();
    let text = r#"(module (func $inner (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
        (func (export "run") (result i32) (call $inner (i32.const 0))))"#;
    let ran = bench.wat(text, &["--report", "page.html"]);
    assert_eq!(ran.status, 2, "{}", ran.err);
    let html = std::fs::read_to_string(bench.path("page.html")).unwrap();
    let result = between(&html, r#"<p class="result failed">"#, "<nav>");
    for part in ["integer divide by zero", "<dt>at</dt><dd>inner, byte", "<dt>from</dt><dd>run, byte"] {
        assert!(result.contains(part), "{part}: {result}");
    }
    // What the command line says stands there, too.
    let told: Vec<&str> = ran.out.lines().filter_map(|line| line.strip_prefix("  checked       ")).collect();
    assert_eq!(told.len(), 1);
    assert!(result.contains(told[0]), "{result}");
    // There are no sources: instructions are shown, with their cycles.
    let code = between(&html, r#"<section id="code">"#, "</section>");
    assert!(code.contains("i32.div_u") && code.contains("inner"), "{code}");
}

#[test]
fn a_page_has_the_lines_of_a_module_with_dwarf() {
    let bench = Bench::new();
    let out = bench.path("page.html");
    let run =
        bench.command(&["--report", out.to_str().unwrap(), "tests/programs/chain.wasm"]).current_dir(ROOT).output();
    assert!(run.unwrap().status.success());
    let html = std::fs::read_to_string(out).unwrap();
    let lines = data(&html)["lines"].as_array().unwrap().clone();
    let line = lines.iter().find(|line| line["line"] == 11).expect("`square` multiplies in line 11");
    assert!(line["file"].as_str().unwrap().ends_with("chain.c") && line["cycles"].as_u64() > Some(0), "{line}");
    // Its cycles stand beside its text.
    let row = format!(r#">{}</td><td class="place">11</td><td class="text">    int result = x * x;"#, line["cycles"]);
    assert!(between(&html, r#"<section id="code">"#, "</section>").contains(&row), "{row}");
    let unit = line["stalls"]["long"].as_u64();
    assert!(unit > Some(0), "a multiplication takes the long unit: {line}");
}

/// Names that would be markup.
const HOSTILE: &str = r#"(module
    (import "</script><script>alert(1)</script>" "\"><img src=x onerror=alert(2)>" (func $host))
    (func (export "</title><script>alert(3)</script>") call $host)
    (func (export "run") call 1))"#;

#[test]
fn names_of_a_module_are_no_markup() {
    let bench = Bench::new();
    let file = bench.file("<img src=x onerror=alert(4)>.wat", HOSTILE);
    let html = page(&bench, &[file.to_str().unwrap(), "run"]);
    assert!(
        html.contains("alert(1)")
            && html.contains("alert(2)")
            && html.contains("alert(3)")
            && html.contains("alert(4)")
    );
    assert!(!html.contains("<img"));
    assert_eq!((html.matches("<script").count(), html.matches("</script").count()), (1, 1));
    let functions = data(&html)["functions"].to_string();
    assert!(functions.contains("</title><script>alert(3)</script>"), "{functions}");
    assert!(html.contains("default-src 'none'"), "and browsers are told to run nothing");
}

#[test]
fn a_page_shows_calls_memory_and_the_window() {
    let bench = Bench::new();
    let text = r#"(module (import "env" "host" (func $host (param i32) (result i32))) (memory 1)
        (func (export "run") (result i32)
            (i32.store (i32.const 4096) (i32.const 1))
            (drop (i32.load (i32.const 65532)))
            (call $host (i32.const 41))))"#;
    let file = bench.file("calls.wat", text);
    let file = file.to_str().unwrap();
    let html = page(&bench, &["--stub", "env.host=42", file]);
    let time = between(&html, r#"<section id="time">"#, "</section>");
    assert!(time.contains("host of env(41)</td><td class=\"name\">42</td>"), "{time}");
    let memory = between(&html, r#"<section id="memory">"#, "</section>");
    for title in ["0x1000: 0 loads, 1 stores", "0xff00: 1 loads, 0 stores"] {
        assert!(memory.contains(title), "{memory}");
    }
    let groups = |html: &str| between(html, r#"<section id="pipeline">"#, "</section>").matches("<g").count();
    let some = page(&bench, &["--from", "8", "--to", "9", "--stub", "env.host=42", file]);
    assert!(0 < groups(&some) && groups(&some) < groups(&html), "{} of {}", groups(&some), groups(&html));
    // However long the run, the page has an end.
    bench.wat(FOREVER, &["--max-cycles", "5000", "--report", "page.html"]);
    let long = std::fs::read_to_string(bench.path("page.html")).unwrap();
    assert_eq!(groups(&long), 300);
    assert!(long.contains("These are the first 300 groups") && long.contains("cycle limit reached"));
}

#[test]
fn a_page_that_cannot_be_written_is_told_before_the_run() {
    let bench = Bench::new();
    bench.run(&["--report", "no/page.html", &add(), "add"]).refused(&["cannot write the profile to no/page.html"]);
    bench
        .run(&["--profile", "p.txt", "--from", "3", &add(), "add"])
        .refused(&["--from and --to", "--profile FILE.html"]);
    bench.file("page.html", DIVIDE);
    bench.run(&["--report", "page.html", "page.html", "run"]).refused(&["page.html is the module itself"]);
}

/// Says in its title how the page in it looks.
const FRAME: &str = r#"<!doctype html><title>no page</title><body style="margin:0">
<iframe id="f" src="page.html" style="border:0;width:WIDTHpx;height:3000px"></iframe><script>
document.getElementById('f').onload = () => {
    const page = document.getElementById('f').contentDocument, root = page.documentElement;
    document.title = [root.clientWidth, root.scrollWidth, getComputedStyle(page.body).backgroundColor,
        page.querySelectorAll('section').length].join(' ');
};</script>"#;

/// What headless Chromium says of a page in a frame so wide, and what came to its console; `None` without Chromium.
fn shown(bench: &Bench, width: u32, dark: bool) -> Option<(String, Vec<String>)> {
    let frame = bench.file("frame.html", FRAME.replace("WIDTH", &width.to_string()));
    let profile = format!("--user-data-dir={}", bench.path("chromium").display());
    let scheme = format!("--blink-settings=preferredColorScheme={}", u8::from(!dark));
    let options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ];
    let mut command = Command::new("chromium");
    command.args(options).args([profile, scheme, format!("file://{}", frame.display())]).stdin(Stdio::null());
    let output = command.output().ok()?;
    let [dom, log] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let console = log.lines().filter(|line| line.contains("CONSOLE")).map(String::from).collect();
    Some((between(&dom, "<title>", "</title>").to_string(), console))
}

#[test]
fn a_browser_shows_pages_on_phones_and_in_the_dark() {
    let bench = Bench::new();
    let hostile = bench.file("<img src=x onerror=alert(4)>.wat", HOSTILE);
    let runs = [vec![program("programs/chain.wasm")], vec![hostile.display().to_string(), "run".into()]];
    for run in &runs {
        page(&bench, &run.iter().map(String::as_str).collect::<Vec<_>>());
        for (width, dark, back) in [
            (390, false, "rgb(255, 255, 255)"),
            (390, true, "rgb(22, 24, 28)"),
            (1280, false, "rgb(255, 255, 255)"),
            (1280, true, "rgb(22, 24, 28)"),
        ] {
            let Some((looks, console)) = shown(&bench, width, dark) else {
                println!("skipped: chromium is missing (Debian: chromium)");
                return;
            };
            assert_eq!(looks, format!("{width} {width} {back} 8"), "{run:?}");
            assert_eq!(console, Vec::<String>::new(), "{run:?}");
        }
    }
}
