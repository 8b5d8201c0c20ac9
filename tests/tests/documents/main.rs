//! What documents and manifests say is so.

mod docs;
mod layering;
mod millicode;
mod readme;
