#!/usr/bin/env python3
"""Eight TLS servers on 127.89.0.1, each with its own idea of what is good enough. Writes `ready` with name and port of each.
usage: tls_servers.py FOLDER   (inside a venv with tlslite-ng; needs nginx, gnutls-serv and openssl)"""
import os, signal, socket, subprocess, sys, threading, time

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

AT = "127.89.0.1"
D = os.path.abspath(sys.argv[1])
# name, port, protocols, ciphers, certificate, more directives
NGINX = [
    ("tls10", 9402, "TLSv1", "ALL:COMPLEMENTOFALL:eNULL:@SECLEVEL=0", "weak", ""),
    ("tls11", 9403, "TLSv1.1", "ALL:@SECLEVEL=0", "rsa", "ssl_prefer_server_ciphers on;"),
    ("tls10-12", 9404, "TLSv1 TLSv1.1 TLSv1.2", "ALL:COMPLEMENTOFALL:eNULL:@SECLEVEL=0", "weak", "ssl_dhparam dh1024.pem;"),
    ("tls12", 9405, "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305", "ec", "ssl_prefer_server_ciphers on;"),
    ("tls12-13", 9406, "TLSv1.2 TLSv1.3", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305", "ec", ""),
    ("tls13", 9408, "TLSv1.3", "DEFAULT", "ec", "ssl_early_data on;"),
]
CONF = """openssl_conf = o
[o]
ssl_conf = s
[s]
system_default = d
[d]
MinProtocol = TLSv1
CipherString = ALL:COMPLEMENTOFALL:eNULL:@SECLEVEL=0
"""


def sh(*args):
    subprocess.run(args, cwd=D, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificates():
    for name, key in [("weak", ["-newkey", "rsa:1024", "-sha1"]), ("rsa", ["-newkey", "rsa:2048"]), ("ec", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])]:
        sh("openssl", "req", "-x509", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", "90", "-subj", f"/CN={name}.test", *key)
    if not os.path.exists(f"{D}/dh1024.pem"):
        sh("openssl", "dhparam", "-out", "dh1024.pem", "1024")


def nginx():
    servers = "".join(
        f"server {{ listen {AT}:{port} ssl; ssl_certificate {D}/{cert}.crt; ssl_certificate_key {D}/{cert}.key; ssl_protocols {protocols};"
        f' ssl_ciphers "{ciphers}"; {more.replace("dh1024", D + "/dh1024")} return 200 "ok"; }}\n'
        for _, port, protocols, ciphers, cert, more in NGINX
    )
    open(f"{D}/openssl.cnf", "w").write(CONF)
    open(f"{D}/nginx.conf", "w").write(
        f"daemon off; worker_processes 2; pid {D}/nginx.pid; error_log {D}/nginx.log;\nevents {{ worker_connections 2048; }}\n"
        f"http {{ access_log off;\n{servers}}}\n"
    )
    return subprocess.Popen(["nginx", "-c", f"{D}/nginx.conf"], env={**os.environ, "OPENSSL_CONF": f"{D}/openssl.cnf"})


def gnutls():
    priority = "NORMAL:+VERS-TLS-ALL:+ARCFOUR-128:+3DES-CBC:+CAMELLIA-128-CBC:+CAMELLIA-256-CBC:+SIGN-RSA-SHA1:%VERIFY_ALLOW_SIGN_WITH_SHA1"
    return subprocess.Popen(
        ["gnutls-serv", "-q", "--http", "--disable-client-cert", "--port", "9407", "--x509certfile", "rsa.crt", "--x509keyfile", "rsa.key", "--priority", priority],
        cwd=D, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )


def ssl3():
    """SSL 3.0 only; no OpenSSL of today still speaks it."""
    key = parsePEMKey(open(f"{D}/weak.key").read(), private=True)
    chain = X509CertChain()
    chain.parsePemList(open(f"{D}/weak.crt").read())
    settings = HandshakeSettings()
    settings.minVersion = settings.maxVersion = (3, 0)
    settings.minKeySize = 512
    settings.cipherNames = ["aes128", "aes256", "3des", "rc4"]
    settings.macNames = ["sha", "md5"]

    def serve(connection):
        try:
            connection.settimeout(5)
            tls = TLSConnection(connection)
            tls.handshakeServer(certChain=chain, privateKey=key, settings=settings)
            tls.read(1, 1)
        except Exception:
            pass
        finally:
            connection.close()

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((AT, 9401))
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main():
    if os.path.exists(f"{D}/ready"):
        os.remove(f"{D}/ready")
    certificates()
    children = [nginx(), gnutls()]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=ssl3, daemon=True).start()
    time.sleep(1.5)
    names = [("ssl3", 9401)] + [(name, port) for name, port, *_ in NGINX] + [("gnutls", 9407)]
    open(f"{D}/ready", "w").write("".join(f"{name} {port}\n" for name, port in sorted(names, key=lambda pair: pair[1])))
    try:
        signal.pause()
    finally:
        for child in children:
            child.terminate()


main()
