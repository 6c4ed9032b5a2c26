//! The device is where it says, and nowhere else: certificates, bindings, refusals.

use std::net::{IpAddr, SocketAddr};

use assize_dut::{Config, Device, Error, Transport};
use rustls::pki_types::CertificateDer;
use tokio::net::{TcpStream, UdpSocket};

use crate::bench::{addresses, shaken, start, unpacked};

#[tokio::test]
async fn every_tls_port_shows_a_certificate_of_this_instance() {
    let running = start(unpacked()).await;
    let mut seen: Vec<CertificateDer<'static>> = Vec::new();
    for port in ["web", "broker", "site", "updates"] {
        // The handshake succeeds only against this instance's own authority, made a moment ago.
        let stream = shaken(&running, running.endpoint(port).unwrap()).await.unwrap();
        let certificates = stream.get_ref().1.peer_certificates().unwrap();
        assert_eq!(certificates.len(), 1, "{port}");
        seen.push(certificates[0].clone().into_owned());
    }
    assert_ne!(seen[0], seen[1]);
    assert!(seen[1] == seen[2] && seen[2] == seen[3]);
    let other = start(unpacked()).await;
    assert!(shaken(&other, running.endpoint("web").unwrap()).await.is_err());
}

#[tokio::test]
async fn a_conformant_device_has_five_ports_on_its_two_addresses() {
    let config = unpacked();
    let running = start(config.clone()).await;
    let mut open: Vec<SocketAddr> = running.endpoints().iter().map(|e| e.address).collect();
    open.sort();
    let at =
        |host: IpAddr, ports: &[u16]| ports.iter().map(|p| SocketAddr::new(host, *p)).collect::<Vec<_>>();
    assert_eq!(open, [at(config.device, &[5353, 8443]), at(config.services, &[8444, 8445, 8883])].concat());
    let (elsewhere, _) = addresses();
    for endpoint in running.endpoints() {
        let next_door = SocketAddr::new(elsewhere, endpoint.address.port());
        match endpoint.transport {
            Transport::Tcp => assert!(TcpStream::connect(next_door).await.is_err(), "{next_door}"),
            // Binding there would fail if the device held the port on all addresses.
            Transport::Udp => drop(UdpSocket::bind(next_door).await.unwrap()),
        }
    }
}

#[tokio::test]
async fn a_taken_address_is_told_with_its_remedy() {
    let config = unpacked();
    let _running = start(config.clone()).await;
    let error = Device::start(config).await.unwrap_err();
    assert!(matches!(error, Error::Bind { .. }));
    assert!(error.to_string().contains("give other --device and --services addresses"), "{error}");
}

#[tokio::test]
async fn addresses_beyond_loopback_are_refused() {
    let config = Config::new("0.0.0.0".parse().unwrap(), "127.0.0.1".parse().unwrap());
    assert!(matches!(Device::start(config).await.unwrap_err(), Error::Address { .. }));
}

#[tokio::test]
async fn stopping_closes_every_port_and_removes_the_folder() {
    let running = start(unpacked()).await;
    let (open, folder) = (running.endpoints().to_vec(), running.state_dir().to_owned());
    assert!(folder.join("ca.pem").exists());
    running.stop().await;
    for endpoint in open.iter().filter(|e| e.transport == Transport::Tcp) {
        assert!(TcpStream::connect(endpoint.address).await.is_err(), "{}", endpoint.name);
    }
    assert!(!folder.exists());
}
