//! The device's mains: with power the device's side stands, without it every port and connection of the device is gone,
//! and what it had not written down with them. The maker's services stand elsewhere and keep theirs.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::VerifyingKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::Config;
use crate::dial::WayOut;
use crate::endpoints::{self as ports, Endpoint};
use crate::error::{Error, Result};
use crate::house::{House, Web, services};
use crate::knobs::Knobs;
use crate::pki::Authority;
use crate::plug::update::Updater;
use crate::plug::{self, Memory, Plug, Store, Unit};
use crate::state_dir::Identity;

/// How long somebody at the socket may take to say what they want.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everything the device is made of; what it does runs while there is power.
pub(crate) struct Mains {
    pub(crate) config: Config,
    pub(crate) knobs: Knobs,
    pub(crate) authority: Arc<Authority>,
    pub(crate) identity: Identity,
    /// What updates are signed with.
    pub(crate) key: VerifyingKey,
    pub(crate) dir: PathBuf,
    /// The certificate of the web server, as the factory wrote it.
    pub(crate) web: Option<Web>,
    pub(crate) tasks: Option<JoinSet<()>>,
}

impl Mains {
    /// Gives the device power; it starts from what it wrote down, or from `first` where there is nothing yet.
    pub(crate) async fn on(&mut self, first: impl FnOnce() -> Memory) -> Result<Vec<Endpoint>> {
        let config = &self.config;
        let store = Store::open(&self.dir, first)?;
        let unit = Unit {
            serial: self.identity.serial.clone(),
            web: SocketAddr::new(config.device, ports::WEB),
            site: SocketAddr::new(config.services, ports::SITE),
        };
        let way = WayOut { own: config.device, proxy: config.proxy };
        let updater = Updater {
            server: SocketAddr::new(services(config), ports::UPDATES),
            way,
            tls: match self.knobs.update_certificate_checked {
                true => self.authority.client_config()?,
                false => Authority::careless_config()?,
            },
            key: self.key,
            model_checked: self.knobs.update_model_checked,
            package_checked: self.knobs.update_package_checked,
            signature_checked: self.knobs.update_signature_checked,
            downgrade_refused: self.knobs.downgrade_refused,
        };
        let (plug, orders) = Plug::new(self.knobs.clone(), unit, updater, (store, config.throttle_base));
        let plug = Arc::new(plug);
        let mut house = House::new(config, &self.knobs, &self.authority);
        let web = match self.web.take() {
            Some(web) => web,
            None => house.web(&plug.unit)?,
        };
        let opened = house.open_device(&plug, &web).await;
        self.web = Some(web);
        opened?;
        house.open_doors(&plug).await?;
        let link = plug::cloud::Link {
            broker: SocketAddr::new(services(config), ports::BROKER),
            way,
            waits: self.knobs.reconnects_with_pause,
            tls: if self.knobs.mqtt_tls { Some(self.authority.client_config()?) } else { None },
            password: self.identity.broker_password.clone(),
            report_every: config.report_every,
        };
        house.tasks.spawn(plug::cloud::run(Arc::clone(&plug), link, orders));
        house.tasks.spawn(plug::update::run(Arc::clone(&plug), config.update_every));
        let House { endpoints, tasks, .. } = house;
        self.tasks = Some(tasks);
        Ok(endpoints)
    }

    /// Takes the power; every port of the device is closed when this returns.
    pub(crate) async fn off(&mut self) {
        if let Some(mut tasks) = self.tasks.take() {
            tasks.shutdown().await;
        }
    }

    /// Gives power back to a device that has run before. One with the flaw has forgotten everything.
    async fn on_again(&mut self) -> Result<()> {
        if self.tasks.is_some() {
            return Ok(());
        }
        let version = crate::FACTORY_VERSION.parse().expect("the factory version reads");
        let fresh = Memory::unpacked(&self.knobs, version);
        if !self.knobs.memory_outlasts_power {
            let failed = |source| Error::File { act: "write", path: self.dir.clone(), source };
            let mut store = Store::open(&self.dir, || fresh.clone())?;
            let forgotten = Memory::unpacked(&self.knobs, store.memory().version);
            store.change(|memory| *memory = forgotten).map_err(failed)?;
        }
        self.on(|| fresh).await.map(drop)
    }
}

/// A socket at which somebody may switch the power; one that an earlier instance left behind is taken over.
pub(crate) fn socket(path: &Path) -> Result<UnixListener> {
    let failed = |source| Error::File { act: "listen at", path: path.to_owned(), source };
    if std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket()) {
        std::fs::remove_file(path).map_err(failed)?;
    }
    UnixListener::bind(path).map_err(failed)
}

/// Minds the socket until dropped, one visitor after the other.
pub(crate) async fn mind(socket: UnixListener, mains: Arc<Mutex<Mains>>) {
    while let Ok((stream, _)) = socket.accept().await {
        // Who says nothing, or hangs up, wanted nothing.
        let _ = timeout(PATIENCE, visited(stream, &mains)).await;
    }
}

async fn visited(mut stream: UnixStream, mains: &Mutex<Mains>) -> io::Result<()> {
    let mut wish = Vec::new();
    (&mut stream).take(16).read_to_end(&mut wish).await?;
    let mut mains = mains.lock().await;
    let answer = match wish.as_slice() {
        b"off" => {
            mains.off().await;
            "off".to_owned()
        }
        b"on" => match mains.on_again().await {
            Ok(()) => "on".to_owned(),
            Err(error) => format!("failed to {error}"),
        },
        b"state" if mains.tasks.is_some() => "on".to_owned(),
        b"state" => "off".to_owned(),
        _ => "failed to understand; say on, off or state".to_owned(),
    };
    stream.write_all(answer.as_bytes()).await
}
