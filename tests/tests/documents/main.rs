//! What documents and manifests say is so.

mod component;
mod docs;
mod layering;
mod millicode;
mod readme;
