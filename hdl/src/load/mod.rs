//! How a module gets into a core: the tables that the host writes or the resolver makes.

pub mod loading;
pub mod resolver;
