//! scratch
use std::sync::Arc;
#[tokio::main]
async fn main() {
    let c = assize_lab::catalogue().unwrap();
    let e = Arc::new(assize_server::Explorer::new(c, std::env::args().nth(1).map(Into::into)));
    let l = assize_server::bind(e, "127.0.0.1:8391".parse().unwrap()).await.unwrap();
    l.run(std::future::pending()).await.unwrap();
}
