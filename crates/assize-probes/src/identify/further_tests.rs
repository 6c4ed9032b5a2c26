//! Identification of services beyond the web, against small servers that speak as the real ones do.

use std::sync::{Arc, Mutex};

use assize_model::fact::{Login, Saying};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::bench;

async fn seen(target: &Target, port: u16) -> Vec<Observation> {
    let mut seen: Vec<Observation> = Vec::new();
    identify(target, &[port], &bench::budget(), &mut seen).await.unwrap();
    seen
}

fn text<'a>(says: &'a [Saying], field: &str) -> &'a str {
    says.iter().find(|saying| saying.field == field).map_or("", |saying| saying.text.as_str())
}

#[tokio::test]
async fn servers_that_greet() {
    let target = bench::target();
    type Case = (&'static [u8], &'static [u8], Protocol, Option<Login>, &'static str);
    let cases: [Case; 5] = [
        (b"220 (vsFTPd 3.0.3)\r\n", b"221 Goodbye.\r\n", Protocol::Ftp, Some(Login::Ftp), "ftp.banner"),
        (b"220 ready\r\n", b"530 Please login.\r\n", Protocol::Ftp, Some(Login::Ftp), "ftp.banner"),
        (
            b"220 x ESMTP Exim 4.96\r\n",
            b"250-x\r\n250 AUTH PLAIN\r\n",
            Protocol::Smtp,
            Some(Login::Mail),
            "smtp.banner",
        ),
        (b"* OK IMAP4rev1 ready\r\n", b"* BYE\r\n", Protocol::Imap, Some(Login::Mail), "imap.banner"),
        (b"RFB 003.008\n", b"\x01\x02", Protocol::Vnc, Some(Login::Vnc), "vnc.protocol"),
    ];
    for (hello, answer, protocol, login, field) in cases {
        let port = bench::script(&target, hello, answer).await;
        let seen = seen(&target, port).await;
        let service = bench::service(&seen);
        assert_eq!((service.protocol, service.login), (protocol, login), "{hello:?}");
        assert!(!text(&service.says, field).is_empty(), "{:?}", service.says);
    }
}

#[tokio::test]
async fn servers_that_wait_for_their_own_question() {
    let target = bench::target();
    let redis = bench::serve(&target, |mut stream| async move {
        let mut bytes = [0; 512];
        while let Ok(size @ 1..) = stream.read(&mut bytes).await {
            let answer: &[u8] = match &bytes[..size] {
                b"PING\r\n" => b"+PONG\r\n",
                b"INFO server\r\n" => b"$40\r\n# Server\r\nredis_version:7.0.15\r\n\r\n",
                _ => return,
            };
            stream.write_all(answer).await.ok();
        }
    });
    let port = redis.await;
    let seen_redis = seen(&target, port).await;
    let service = bench::service(&seen_redis);
    assert_eq!((service.protocol, text(&service.says, "redis.version")), (Protocol::Redis, "7.0.15"));
    assert_eq!(service.discloses, ["redis/7.0.15"]);
    let amqp = bench::script(&target, b"", b"AMQP\x00\x00\x09\x01").await;
    assert_eq!(bench::service(&seen(&target, amqp).await).protocol, Protocol::Amqp);
}

#[tokio::test]
async fn a_camera_answers_options_and_challenges() {
    let target = bench::target();
    let listener = TcpListener::bind((target.address(), 8554)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = [0; 512];
                while let Ok(size @ 1..) = stream.read(&mut bytes).await {
                    let answer: &[u8] = if bytes[..size].starts_with(b"OPTIONS") {
                        b"RTSP/1.0 200 OK\r\nServer: GStreamer RTSP server\r\n\r\n"
                    } else {
                        b"RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cam\"\r\n\r\n"
                    };
                    stream.write_all(answer).await.ok();
                }
            });
        }
    });
    let seen = seen(&target, 8554).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.login), (Protocol::Rtsp, Some(Login::Rtsp)));
    assert_eq!(text(&service.says, "rtsp.server"), "GStreamer RTSP server");
}

#[tokio::test]
async fn a_print_port_hears_pjl_and_nothing_else() {
    let target = bench::target();
    let listener = TcpListener::bind((target.address(), 9100)).await.unwrap();
    let paper = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&paper);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let heard = Arc::clone(&heard);
            tokio::spawn(async move {
                let mut bytes = [0; 512];
                while let Ok(size @ 1..) = stream.read(&mut bytes).await {
                    heard.lock().unwrap().extend_from_slice(&bytes[..size]);
                }
            });
        }
    });
    let seen = seen(&target, 9100).await;
    assert!(matches!(seen[0].fact, Fact::Silence(_)), "{seen:?}");
    assert_eq!(*paper.lock().unwrap(), crate::identify::protocols::pjl::REQUEST);
}

#[tokio::test]
async fn a_device_that_dies_of_a_question_is_recorded() {
    let target = bench::target();
    let listener = TcpListener::bind((target.address(), 0)).await.unwrap();
    let port = bench::port(&listener);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 512];
            let size = stream.read(&mut bytes).await.unwrap_or(0);
            if bytes[..size].starts_with(b"GET") {
                return;
            }
        }
    });
    let seen = seen(&target, port).await;
    let lost =
        seen.iter().find_map(|o| if let Fact::ServiceLost(lost) = &o.fact { Some(lost) } else { None });
    assert_eq!(lost.map(|lost| lost.port), Some(port), "{seen:?}");
    let silence =
        seen.iter().find_map(|o| if let Fact::Silence(s) = &o.fact { Some(s) } else { None }).unwrap();
    assert_eq!(silence.tried, ["banner", "tls", "http"]);
    assert!(!silence.is_whole() && silence.unasked.starts_with(&["mqtt".to_owned()]), "{silence:?}");
}

#[tokio::test]
async fn a_web_port_that_wants_tls_is_asked_in_tls() {
    let target = bench::target();
    let listener = TcpListener::bind((target.address(), 8080)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = [0; 1024];
                let Ok(size @ 1..) = stream.read(&mut bytes).await else { return };
                let answer: &[u8] = match bytes[..size].first() {
                    Some(0x16) => &[21, 3, 1, 0, 2, 2, 40],
                    _ => b"HTTP/1.1 400 Bad Request\r\nContent-Length: 57\r\n\r\nThe plain HTTP request was sent to HTTPS port, not served",
                };
                stream.write_all(answer).await.ok();
            });
        }
    });
    let seen = seen(&target, 8080).await;
    assert_eq!(bench::service(&seen).protocol, Protocol::Tls, "{seen:?}");
}

#[tokio::test]
async fn an_onvif_device_that_wants_a_login() {
    let target = bench::target();
    let listener = TcpListener::bind((target.address(), 2020)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 4096];
            let size = stream.read(&mut bytes).await.unwrap_or(0);
            let answer = match String::from_utf8_lossy(&bytes[..size]) {
                asked if asked.contains("GetSystemDateAndTime") => {
                    let body = "<s:Envelope xmlns:t=\"http://www.onvif.org/ver10/schema\"/>";
                    bench::http("200 OK", "", body)
                }
                asked if asked.contains("GetDeviceInformation") => {
                    bench::http("400 Bad Request", "", "<s:Value>ter:NotAuthorized</s:Value>")
                }
                _ => bench::http("404 Not Found", "", ""),
            };
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    let seen = seen(&target, 2020).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.login), (Protocol::Onvif, Some(Login::Onvif)));
    assert!(seen[0].raw.iter().any(|r| String::from_utf8_lossy(&r.bytes).contains("NotAuthorized")));
}
