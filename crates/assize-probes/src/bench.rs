//! The tests' bench: loopback addresses of their own, and servers that misbehave.

use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, TcpListener as Blocking},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{Budget, Target};

/// A loopback address no other test uses, now or in a run beside this one.
pub(crate) fn address() -> IpAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos() / 1000;
    let n = (clock ^ std::process::id().wrapping_mul(7919)).wrapping_add(NEXT.fetch_add(7321, Ordering::Relaxed));
    let [_, _, b, c] = n.to_be_bytes();
    let a = u8::try_from(n % 200 + 40).unwrap();
    Ipv4Addr::new(127, a, b, c.clamp(1, 254)).into()
}

/// A target on an address of its own.
pub(crate) fn target() -> Target {
    Target::new(address()).unwrap()
}

/// A port nobody listens on at this moment.
pub(crate) fn free_port(at: IpAddr) -> u16 {
    Blocking::bind((at, 0)).unwrap().local_addr().unwrap().port()
}

/// The port of a listener.
pub(crate) fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

/// A budget for tests: short waits.
pub(crate) fn budget() -> Budget {
    Budget {
        banner: Duration::from_millis(150),
        quiet: Duration::from_millis(100),
        read: Duration::from_millis(700),
        pause: Duration::from_millis(1),
        ..Budget::default()
    }
}

/// Serves every connection to a new port with `serve`, until the runtime ends.
pub(crate) async fn serve<F>(target: &Target, serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((target.address(), 0)).await.unwrap();
    let at = port(&listener);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    at
}

/// A server that says `hello`, waits for input, says `answer` to it, and waits for the end.
pub(crate) async fn script(target: &Target, hello: &'static [u8], answer: &'static [u8]) -> u16 {
    serve(target, move |mut stream| async move {
        stream.write_all(hello).await.ok();
        let mut chunk = [0; 1024];
        while let Ok(1..) = stream.read(&mut chunk).await {
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
    })
    .await
}
