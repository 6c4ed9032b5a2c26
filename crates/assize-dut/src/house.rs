//! What is opened for each side of an instance: ports, the web server's certificate and what stands before its TLS, and
//! the doors that flaws open.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use crate::config::Config;
use crate::doors::{self, relayed::Manner, weak_tls::Certificates};
use crate::endpoints::{self as ports, Endpoint, Side, Transport};
use crate::error::{Error, Result};
use crate::http;
use crate::knobs::{Knobs, TlsRecords, TlsWeakness};
use crate::listen::{self, Wire};
use crate::maker::broker::Broker;
use crate::maker::releases::Releases;
use crate::maker::site::Site;
use crate::pki::{Authority, Subject};
use crate::plug::{self, Plug, Unit};

/// What is being opened for one side of an instance.
pub(crate) struct House<'a> {
    config: &'a Config,
    knobs: &'a Knobs,
    authority: &'a Authority,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) tasks: JoinSet<()>,
}

impl<'a> House<'a> {
    pub(crate) fn new(config: &'a Config, knobs: &'a Knobs, authority: &'a Authority) -> Self {
        Self { config, knobs, authority, endpoints: Vec::new(), tasks: JoinSet::new() }
    }

    pub(crate) async fn open_services(
        &mut self,
        broker: &Arc<Broker>,
        releases: &Arc<Releases>,
    ) -> Result<()> {
        let host = self.config.services;
        let tls = self.authority.leaf(&services_subject(host))?.server_config()?;

        let protocol = if self.knobs.mqtt_tls { "mqtts" } else { "mqtt" };
        let listener = self.bind(Side::Services, ports::BROKER, ("broker", protocol)).await?;
        let broker_tls = self.knobs.mqtt_tls.then(|| Arc::clone(&tls));
        let broker = Arc::clone(broker);
        self.serve(listener, broker_tls, move |stream| {
            let broker = Arc::clone(&broker);
            async move { broker.serve(stream).await }
        });

        let listener = self.bind(Side::Services, ports::SITE, ("site", "https")).await?;
        let site = Arc::new(Site::new(SocketAddr::new(host, ports::SITE), self.knobs.clone()));
        self.serve(listener, Some(Arc::clone(&tls)), move |stream| {
            let site = Arc::clone(&site);
            http::serve(stream, move |request| std::future::ready(Some(site.respond(&request))))
        });

        let listener = self.bind(Side::Services, ports::UPDATES, ("updates", "https")).await?;
        let releases = Arc::clone(releases);
        self.serve(listener, Some(tls), move |stream| {
            let releases = Arc::clone(&releases);
            http::serve(stream, move |request| std::future::ready(Some(releases.respond(&request))))
        });
        Ok(())
    }

    /// The web server's certificate and what stands before its TLS.
    pub(crate) fn web(&self, unit: &Unit) -> Result<Web> {
        let subject = device_subject(unit, self.knobs.certificate_expired);
        let leaf = match self.knobs.device_key_own {
            true => self.authority.leaf(&subject)?,
            false => self.authority.shared_leaf(&subject)?,
        };
        let leaf = if self.knobs.certificate_sha1 { leaf.saying_sha1() } else { leaf };
        let front = Arc::new(self.front(&subject, leaf.der())?);
        let tickets = self.knobs.tls_records == TlsRecords::Ticketbleed;
        let tls = if tickets { leaf.ticketing_config()? } else { leaf.server_config()? };
        Ok(Web { tls, front })
    }

    pub(crate) async fn open_device(&mut self, plug: &Arc<Plug>, web: &Web) -> Result<()> {
        let listener = self.bind(Side::Device, ports::WEB, ("web", "https")).await?;
        let Web { tls, front } = web.clone();
        let web = Arc::clone(plug);
        self.tasks.spawn(listen::accept(listener, move |stream| {
            let (web, tls, front) = (Arc::clone(&web), Arc::clone(&tls), Arc::clone(&front));
            async move {
                if !web.knobs.tls_survives && doors::handmade::has_long_session_id(&stream).await {
                    return web.stop_web();
                }
                let Some(stream) = front.passed(stream).await else { return };
                if let Some(stream) = listen::secured(stream, Some(tls)).await {
                    serve_web(web, stream).await;
                }
            }
        }));

        let socket = self.bind_udp(ports::MDNS, ("mdns", "mdns")).await?;
        self.tasks.spawn(plug::mdns::run(Arc::clone(plug), socket));
        Ok(())
    }

    /// What stands before the web server's TLS.
    fn front(&self, subject: &Subject, own: Vec<u8>) -> Result<Front> {
        let authority = self.authority;
        if self.knobs.tls10_accepted {
            return Ok(Front::Old(authority.rsa_certificate(subject)?));
        }
        match self.knobs.tls_records {
            TlsRecords::Sound => {}
            TlsRecords::EarlyChange => return Ok(Front::Relayed(Manner::EarlyChange)),
            TlsRecords::Ticketbleed => return Ok(Front::Relayed(Manner::Ticketbleed)),
        }
        match self.knobs.tls_weakness {
            TlsWeakness::None => Ok(Front::Nothing),
            weakness => {
                let (rsa, small_rsa) =
                    (authority.rsa_certificate(subject)?, authority.small_rsa_certificate(subject)?);
                Ok(Front::Weak(weakness, Certificates { own, rsa, small_rsa }))
            }
        }
    }

    pub(crate) async fn open_doors(&mut self, plug: &Arc<Plug>) -> Result<()> {
        if self.knobs.plain_http_login {
            let listener = self.bind(Side::Device, ports::PLAIN_WEB, ("plain-web", "http")).await?;
            let plug = Arc::clone(plug);
            self.serve(listener, None, move |stream| serve_web(Arc::clone(&plug), stream));
        }
        if self.knobs.debug_http {
            let listener = self.bind(Side::Device, ports::DEBUG, ("debug", "http")).await?;
            let plug = Arc::clone(plug);
            self.serve(listener, None, move |stream| {
                let plug = Arc::clone(&plug);
                http::serve(stream, move |request| {
                    std::future::ready(Some(doors::debug::respond(&plug, &request)))
                })
            });
        }
        if self.knobs.telnet_login {
            let listener = self.bind(Side::Device, ports::TELNET, ("telnet", "telnet")).await?;
            let plug = Arc::clone(plug);
            let serve = move |stream: TcpStream| doors::telnet::serve(Arc::clone(&plug), stream);
            self.tasks.spawn(listen::accept(listener, serve));
        }
        if let Some(door) = doors::ssh::Door::of(self.knobs) {
            let listener = self.bind(Side::Device, ports::SSH, ("ssh", "ssh")).await?;
            self.tasks.spawn(listen::accept(listener, move |stream| doors::ssh::serve(door, stream)));
        }
        if self.knobs.dtls10_accepted {
            let certificate = self.authority.rsa_certificate(&device_subject(&plug.unit, false))?;
            let socket = self.bind_udp(ports::DTLS, ("dtls", "dtls")).await?;
            self.tasks.spawn(doors::dtls::run(socket, certificate));
        }
        if self.knobs.line_protocol {
            let listener = self.bind(Side::Device, ports::LINES, ("lines", "lines")).await?;
            let plug = Arc::clone(plug);
            let serve = move |stream: TcpStream| doors::lines::serve(Arc::clone(&plug), stream);
            self.tasks.spawn(listen::accept(listener, serve));
        }
        Ok(())
    }

    async fn bind(
        &mut self,
        side: Side,
        port: u16,
        what: (&'static str, &'static str),
    ) -> Result<TcpListener> {
        let host = if side == Side::Device { self.config.device } else { self.config.services };
        let endpoint = Endpoint::tcp(side, host, port, what);
        let listener = listen::bind(endpoint.address).await?;
        self.endpoints.push(endpoint);
        Ok(listener)
    }

    /// A UDP port of the device.
    async fn bind_udp(
        &mut self,
        port: u16,
        (name, protocol): (&'static str, &'static str),
    ) -> Result<UdpSocket> {
        let address = SocketAddr::new(self.config.device, port);
        let socket = UdpSocket::bind(address).await.map_err(|source| Error::Bind { address, source })?;
        let (side, transport) = (Side::Device, Transport::Udp);
        self.endpoints.push(Endpoint { name, side, address, transport, protocol });
        Ok(socket)
    }

    /// Serves a port whose connections are all in TLS, or all in clear.
    fn serve<S, F>(&mut self, listener: TcpListener, tls: Option<Arc<ServerConfig>>, serve: S)
    where
        S: Fn(Box<dyn Wire>) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let serve = Arc::new(serve);
        self.tasks.spawn(listen::accept(listener, move |stream| {
            let (tls, serve) = (tls.clone(), Arc::clone(&serve));
            async move {
                if let Some(stream) = listen::secured(stream, tls).await {
                    serve(stream).await;
                }
            }
        }));
    }
}

async fn serve_web(plug: Arc<Plug>, stream: Box<dyn Wire>) {
    http::serve(stream, move |request| plug::api::respond(Arc::clone(&plug), request)).await;
}

/// What the web server shows: the same at every start.
#[derive(Clone)]
pub(crate) struct Web {
    tls: Arc<ServerConfig>,
    front: Arc<Front>,
}

/// What stands before the web server's TLS and answers by hand what rustls would refuse.
enum Front {
    Nothing,
    Old(Vec<u8>),
    Weak(TlsWeakness, Certificates),
    Relayed(Manner),
}

impl Front {
    /// The connection, unless it has been dealt with.
    async fn passed(&self, stream: TcpStream) -> Option<Box<dyn Wire>> {
        let untouched = match self {
            Self::Nothing => Some(stream),
            Self::Old(certificate) => doors::tls10::intercepted(stream, certificate).await,
            Self::Weak(weakness, certificates) => {
                doors::weak_tls::intercepted(stream, *weakness, certificates).await
            }
            Self::Relayed(manner) => return Some(doors::relayed::relayed(stream, *manner).await),
        };
        untouched.map(|stream| Box::new(stream) as Box<dyn Wire>)
    }
}

/// Where the device looks for its maker's services; through a proxy it finds them at their own address.
pub(crate) fn services(config: &Config) -> IpAddr {
    let bench = config.bench.as_ref().filter(|_| config.proxy.is_none());
    bench.map_or(config.services, |bench| bench.address)
}

pub(crate) fn services_subject(address: IpAddr) -> Subject {
    let dns_name = crate::SERVICES.to_owned();
    Subject { common_name: dns_name.clone(), address, dns_name, expired: false }
}

fn device_subject(unit: &Unit, expired: bool) -> Subject {
    let dns_name = format!("{}.local", unit.serial);
    Subject { common_name: dns_name.clone(), address: unit.web.ip(), dns_name, expired }
}
