//! Starting one instance: certificates, sockets, the plug, its maker's services, and the doors that flaws open.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use crate::config::{Config, InitialState};
use crate::doors::{self, relayed::Manner, weak_tls::Certificates};
use crate::endpoints::{self as ports, Endpoint, Side, Transport};
use crate::error::{Error, Result};
use crate::flaws;
use crate::http;
use crate::knobs::{Knobs, TlsRecords, TlsWeakness};
use crate::listen::{self, Wire};
use crate::maker::broker::Broker;
use crate::maker::releases::Releases;
use crate::maker::site::Site;
use crate::pki::{Authority, Subject};
use crate::plug::update::Updater;
use crate::plug::{self, Memory, Plug, Store, Unit};
use crate::running::{Running, StateDir};

/// The reference device.
#[derive(Debug)]
pub struct Device;

impl Device {
    /// Starts a device and its maker's services; they run until the returned value is dropped.
    ///
    /// # Errors
    /// An unknown or colliding flaw, an address that is taken or not on loopback, a state folder that cannot be used,
    /// or an initial password that the device's own rules refuse.
    pub async fn start(config: Config) -> Result<Running> {
        config.check()?;
        let knobs = flaws::knobs_with(&config.flaws)?;
        let dir = StateDir::open(config.state_dir.as_deref())?;
        let identity = dir.identity()?;
        let password = initial_password(&config.initial_state, &knobs)?;
        let authority = Authority::create()?;
        let ca_path = dir.write("ca.pem", authority.pem().as_bytes())?;

        if let Some(bench) = &config.bench {
            authority.leaf(&services_subject(bench.address))?.write(&bench.dir)?;
        }
        let guest = config.guest_password.as_deref();
        let store = Store::open(dir.path(), || first_memory(&knobs, password.as_deref(), guest))?;
        let releases = Arc::new(Releases::new(config.offer));
        let broker = Arc::new(Broker::new(identity.serial.clone(), identity.broker_password.clone()));
        let unit = Unit {
            serial: identity.serial.clone(),
            web: SocketAddr::new(config.device, ports::WEB),
            site: SocketAddr::new(config.services, ports::SITE),
        };
        let updater = Updater {
            server: SocketAddr::new(way_out(&config), ports::UPDATES),
            own: config.device,
            tls: match knobs.update_certificate_checked {
                true => authority.client_config()?,
                false => Authority::careless_config()?,
            },
            key: releases.public_key(),
            signature_checked: knobs.update_signature_checked,
            downgrade_refused: knobs.downgrade_refused,
        };
        let (plug, orders) = Plug::new(knobs.clone(), unit, updater, (store, config.throttle_base));
        let plug = Arc::new(plug);

        let mut house =
            House { config: &config, knobs, authority, endpoints: Vec::new(), tasks: JoinSet::new() };
        house.open_services(&broker, &releases).await?;
        house.open_device(&plug).await?;
        house.open_doors(&plug).await?;
        let link = plug::cloud::Link {
            broker: SocketAddr::new(way_out(&config), ports::BROKER),
            own: config.device,
            waits: house.knobs.reconnects_with_pause,
            tls: if house.knobs.mqtt_tls { Some(house.authority.client_config()?) } else { None },
            password: identity.broker_password.clone(),
            report_every: config.report_every,
        };
        house.tasks.spawn(plug::cloud::run(Arc::clone(&plug), link, orders));
        house.tasks.spawn(plug::update::run(Arc::clone(&plug), config.update_every));
        let ca_pem = house.authority.pem();
        let House { endpoints, tasks, .. } = house;
        Ok(Running { endpoints, ca_path, ca_pem, password, identity, broker, releases, tasks, dir })
    }
}

/// What is being opened for one instance.
struct House<'a> {
    config: &'a Config,
    knobs: Knobs,
    authority: Authority,
    endpoints: Vec<Endpoint>,
    tasks: JoinSet<()>,
}

impl House<'_> {
    async fn open_services(&mut self, broker: &Arc<Broker>, releases: &Arc<Releases>) -> Result<()> {
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

    async fn open_device(&mut self, plug: &Arc<Plug>) -> Result<()> {
        let subject = device_subject(plug, self.knobs.certificate_expired);
        let leaf = match self.knobs.device_key_own {
            true => self.authority.leaf(&subject)?,
            false => self.authority.shared_leaf(&subject)?,
        };
        let leaf = if self.knobs.certificate_sha1 { leaf.saying_sha1() } else { leaf };
        let front = self.front(&subject, leaf.der())?;
        let tickets = self.knobs.tls_records == TlsRecords::Ticketbleed;
        let tls = if tickets { leaf.ticketing_config()? } else { leaf.server_config()? };
        let listener = self.bind(Side::Device, ports::WEB, ("web", "https")).await?;
        let (web, front) = (Arc::clone(plug), Arc::new(front));
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
        let authority = &self.authority;
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

    async fn open_doors(&mut self, plug: &Arc<Plug>) -> Result<()> {
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
        if let Some(door) = doors::ssh::Door::of(&self.knobs) {
            let listener = self.bind(Side::Device, ports::SSH, ("ssh", "ssh")).await?;
            self.tasks.spawn(listen::accept(listener, move |stream| doors::ssh::serve(door, stream)));
        }
        if self.knobs.dtls10_accepted {
            let certificate = self.authority.rsa_certificate(&device_subject(plug, false))?;
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

/// Where the device looks for its maker's services.
fn way_out(config: &Config) -> IpAddr {
    config.bench.as_ref().map_or(config.services, |bench| bench.address)
}

fn services_subject(address: IpAddr) -> Subject {
    let dns_name = crate::SERVICES.to_owned();
    Subject { common_name: dns_name.clone(), address, dns_name, expired: false }
}

fn device_subject(plug: &Plug, expired: bool) -> Subject {
    let dns_name = format!("{}.local", plug.unit.serial);
    Subject { common_name: dns_name.clone(), address: plug.unit.web.ip(), dns_name, expired }
}

/// The password the user `admin` starts with, if there is one.
fn initial_password(state: &InitialState, knobs: &Knobs) -> Result<Option<String>> {
    if knobs.universal_default_password {
        return Ok(Some("admin".to_owned()));
    }
    match state {
        InitialState::Factory => Ok(None),
        InitialState::Initialised { password } => match plug::password_objection(password) {
            Some(objection) if knobs.setup_needs_password => Err(Error::InitialPassword(objection)),
            _ => Ok(Some(password.clone())),
        },
    }
}

fn first_memory(knobs: &Knobs, password: Option<&str>, guest: Option<&str>) -> Memory {
    let version = crate::FACTORY_VERSION.parse().expect("the factory version reads");
    let mut memory = Memory::unpacked(knobs, version);
    if let Some(password) = password.filter(|_| !memory.setup_done) {
        memory.set_up(password);
    }
    if let Some(guest) = guest.filter(|_| memory.setup_done) {
        memory.add_guest(guest);
    }
    memory
}
