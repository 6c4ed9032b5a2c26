//! Starting one instance: its state, its maker's services, and the power of the device.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::config::{Config, InitialState};
use crate::error::{Error, Result};
use crate::flaws;
use crate::house::{House, services_subject};
use crate::knobs::Knobs;
use crate::mains::{self, Mains};
use crate::maker::broker::Broker;
use crate::maker::releases::Releases;
use crate::pki::Authority;
use crate::plug::{self, Memory};
use crate::running::Running;
use crate::state_dir::StateDir;

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
        let authority = Arc::new(Authority::create()?);
        let ca_path = dir.write("ca.pem", authority.pem().as_bytes())?;
        if let Some(bench) = &config.bench {
            authority.leaf(&services_subject(bench.address))?.write(&bench.dir)?;
        }
        let releases = Arc::new(Releases::new(config.offer));
        let broker = Arc::new(Broker::new(identity.serial.clone(), identity.broker_password.clone()));
        let mut house = House::new(&config, &knobs, &authority);
        house.open_services(&broker, &releases).await?;
        let House { mut endpoints, mut tasks, .. } = house;
        let ca_pem = authority.pem();
        let guest = config.guest_password.clone();
        let power = config.power_socket.as_deref().map(mains::socket).transpose()?;
        let mut mains = Mains {
            config,
            knobs: knobs.clone(),
            authority,
            identity: identity.clone(),
            key: releases.public_key(),
            dir: dir.path().to_owned(),
            web: None,
            tasks: None,
        };
        endpoints.extend(mains.on(|| first_memory(&knobs, password.as_deref(), guest.as_deref())).await?);
        let mains = Arc::new(Mutex::new(mains));
        if let Some(socket) = power {
            tasks.spawn(mains::mind(socket, Arc::clone(&mains)));
        }
        Ok(Running { endpoints, ca_path, ca_pem, password, identity, broker, releases, tasks, mains, dir })
    }
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
