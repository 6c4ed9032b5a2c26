#!/usr/bin/env python3
"""Prints what one of the programs found and another did not, server by server, and the medians of their times.
usage: tls_compare.py FOLDER suites.txt   (the folder that tls.sh filled)"""
import collections, glob, json, os, re, statistics, sys
import xml.etree.ElementTree as xml

D, SUITES = sys.argv[1], sys.argv[2]
NAMES = {int(line.split()[0], 16): line.split()[1] for line in open(SUITES) if line.startswith("0x")}
VERSIONS = {"sslv2": "SSL 2.0", "sslv3": "SSL 3.0", "ssl3": "SSL 3.0", "ssl2": "SSL 2.0", "tlsv1.0": "TLS 1.0", "tlsv1.1": "TLS 1.1", "tlsv1.2": "TLS 1.2", "tlsv1.3": "TLS 1.3"}
NMAP_NAMES = {"TLS_AKE_WITH_AES_128_GCM_SHA256": "TLS_AES_128_GCM_SHA256", "TLS_AKE_WITH_AES_256_GCM_SHA384": "TLS_AES_256_GCM_SHA384", "TLS_AKE_WITH_CHACHA20_POLY1305_SHA256": "TLS_CHACHA20_POLY1305_SHA256",
              "TLS_AKE_WITH_AES_128_CCM_SHA256": "TLS_AES_128_CCM_SHA256", "TLS_AKE_WITH_AES_128_CCM_8_SHA256": "TLS_AES_128_CCM_8_SHA256"}
GROUPS = {"prime256v1": "secp256r1", "X25519": "x25519", "X448": "x448"}


def load(path):
    return json.load(open(path)) if os.path.exists(path) and os.path.getsize(path) else None


def assize(name):
    facts = (load(f"{D}/out/{name}.assize") or {"facts": []})["facts"]
    postures = [fact for fact in facts if fact["kind"] == "tls-posture"]
    if not postures:
        return set(), set(), {}
    posture = postures[0]
    suites = {(version["version"], suite) for version in posture["versions"] for suite in version["suites"]}
    return suites, set(posture["groups"]), posture


def sslscan(name):
    path = f"{D}/out/{name}.sslscan.xml"
    if not os.path.exists(path):
        return None, None
    root = xml.parse(path).getroot()
    suites = {(VERSIONS[c.get("sslversion").lower()], NAMES.get(int(c.get("id"), 16), c.get("id"))) for c in root.iter("cipher")}
    return suites, {GROUPS.get(g.get("name").split()[0], g.get("name").split()[0]) for g in root.iter("group")}


def nmap(name):
    path = f"{D}/out/{name}.nmap.xml"
    if not os.path.exists(path):
        return None, None
    suites = set()
    for script in xml.parse(path).getroot().iter("script"):
        for table in script.findall("table"):
            version = VERSIONS.get(table.get("key", "").lower())
            for element in table.iter("elem"):
                if version and element.get("key") == "name":
                    suites.add((version, NMAP_NAMES.get(element.text, element.text)))
    return suites, None


def sslyze(name):
    data = load(f"{D}/out/{name}.sslyze.json")
    if not data or not data["server_scan_results"]:
        return None, None
    scan = data["server_scan_results"][0].get("scan_result") or {}
    suites = set()
    for key, value in scan.items():
        found = re.fullmatch(r"(ssl|tls)_(\d)_(\d)_cipher_suites", key)
        if found and value.get("result"):
            version = f"{found[1].upper()} {found[2]}.{found[3]}"
            suites |= {(version, one["cipher_suite"]["name"]) for one in value["result"]["accepted_cipher_suites"]}
    curves = (scan.get("elliptic_curves") or {}).get("result") or {}
    return suites, {GROUPS.get(c["name"], c["name"]) for c in curves.get("supported_curves") or []}


def testssl(name):
    rows = load(f"{D}/out/{name}.testssl.json")
    if not rows:
        return None, None
    # It names suites without saying in which version.
    found = (re.fullmatch(r"cipher_x([0-9a-f]+)", row["id"]) for row in rows)
    return {("any", NAMES.get(int(one[1], 16), one[1])) for one in found if one and len(one[1]) <= 4}, None


def beside(name, posture):
    """The findings of others that are no suites, beside the feature they are about."""
    features = posture.get("features", {})
    rows = {row["id"]: row["finding"] for row in load(f"{D}/out/{name}.testssl.json") or []}
    pairs = [("secure_client_renego", "client_renegotiation"), ("secure_renego", "secure_renegotiation"), ("sessionresumption_ticket", "resumption_by_ticket"),
             ("sessionresumption_ID", "resumption_by_id"), ("fallback_SCSV", "fallback_scsv"), ("OCSP_stapling", "ocsp_stapling"), ("CRIME_TLS", "compression")]
    for theirs, ours in pairs:
        if theirs in rows:
            print(f"      {ours}: {features.get(ours)}; testssl {theirs}: {rows[theirs][:70]}")
    data = load(f"{D}/out/{name}.sslyze.json")
    scan = (data["server_scan_results"][0].get("scan_result") or {}) if data and data["server_scan_results"] else {}
    for key in ("session_renegotiation", "session_resumption", "tls_fallback_scsv", "tls_extended_master_secret", "tls_1_3_early_data", "tls_compression", "heartbleed", "openssl_ccs_injection", "robot"):
        result = (scan.get(key) or {}).get("result")
        if result:
            print(f"      sslyze {key}: {({k: v for k, v in result.items() if isinstance(v, (bool, str))})}")
    print(f"      ours: {features}")


def medians():
    times = collections.defaultdict(list)
    for line in open(f"{D}/times.tsv"):
        name, peer, seconds = line.split("\t")
        times[name, peer].append(float(seconds))
    peers = ["assize", "sslscan", "nmap", "sslyze", "testssl"]
    print("| server | " + " | ".join(peers) + " | handshakes |\n|---|" + "---|" * 6)
    for name in dict.fromkeys(name for name, _ in times):
        own = statistics.median(times[name, "assize"])
        cells = []
        for peer in peers:
            all = times.get((name, peer))
            cell = "" if not all else f"{statistics.median(all):.2f} s"
            cells.append(cell if peer == "assize" or not all else f"{cell} ({statistics.median(all) / own:.0f}x)")
        suites, _, posture = assize(name)
        print(f"| {name} | " + " | ".join(cells) + f" | {posture.get('handshakes')} for {len(suites)} suites |")


def differences():
    for path in sorted(glob.glob(f"{D}/out/*.assize")):
        name = os.path.basename(path).removesuffix(".assize")
        if name.startswith("slow-"):
            continue
        own, groups, posture = assize(name)
        print(f"\n== {name}: {len(own)} suites, groups {', '.join(sorted(groups))}")
        for peer in (sslscan, nmap, sslyze, testssl):
            suites, theirs = peer(name)
            if suites is None:
                print(f"   {peer.__name__}: no result")
                continue
            own_here = {("any", suite) for _, suite in own} if peer is testssl else own
            print(f"   {peer.__name__}: {len(suites)} suites; theirs alone {sorted(suites - own_here)}; ours alone {len(own_here - suites)}")
            for version, suite in sorted(own_here - suites)[:8]:
                print(f"      ours alone: {version} {suite}")
            if theirs is not None:
                print(f"      groups theirs alone {sorted(theirs - groups)}; ours alone {sorted(groups - theirs)}")
        print("   attacks open:", [a["name"] for a in posture.get("attacks", []) if a["state"] == "open"], "gaps:", posture.get("gaps"))
        beside(name, posture)
        for row in load(f"{D}/out/{name}.testssl.json") or []:
            if row["severity"] in ("LOW", "MEDIUM", "HIGH", "CRITICAL") and not row["id"].startswith("cipher"):
                print(f"      testssl says {row['severity']}: {row['id']}: {row['finding'][:110]}")


medians()
differences()
