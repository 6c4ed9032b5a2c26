//! What can go wrong while the explorer starts or runs. What goes wrong with a page is a page.

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("listen on {address}: {source}; choose another with `--listen`")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The runtime or its sockets gave up.
    #[error("serve pages: {0}")]
    Serve(#[from] std::io::Error),
}
