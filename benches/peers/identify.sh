#!/usr/bin/env bash
# Identification against `nmap -sV` on real services from Debian: how many each names, how long each takes, and
# whether every service is still alive afterwards. Needs root (a network namespace of its own), nmap, and a release build.
# Packages: dropbear-bin openssh-server inetutils-telnetd openbsd-inetd busybox lighttpd nginx-light vsftpd redis-server
# mosquitto samba minidlna python3 openssl
#   RUNS=5 benches/peers/identify.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${RUNS:-5}
assize=${ASSIZE:-target/release/assize}
space=assize-identify-$$
folder=$(mktemp -d)
here() { ip netns exec "$space" "$@"; }
finish() {
  ip netns pids "$space" 2>/dev/null | xargs -r kill 2>/dev/null || true
  sleep 0.5
  ip netns pids "$space" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
  ip netns del "$space" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
ip netns add "$space"
here ip link set lo up
here ip link add lan0 type veth peer name lan1
here ip addr add 192.0.2.1/24 dev lan0
here ip link set lan0 up
here ip link set lan1 up

mkdir -p "$folder"/{www,media,smb,nginx,inetd} /run/sshd /var/run/vsftpd/empty
chmod 755 "$folder" "$folder/www" "$folder/media"
echo '<title>Plug</title>' >"$folder/www/index.html"
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=plug.test -days 30 -keyout "$folder/key" -out "$folder/crt" 2>/dev/null
chmod 644 "$folder/key"
ssh-keygen -q -t ed25519 -N '' -f "$folder/ed25519"
dropbearkey -t rsa -s 2048 -f "$folder/dropbear" >/dev/null 2>&1

cat >"$folder/vsftpd.conf" <<END
listen=YES
background=NO
anonymous_enable=NO
local_enable=YES
secure_chroot_dir=/var/run/vsftpd/empty
END
echo "telnet stream tcp nowait root /usr/sbin/telnetd telnetd" >"$folder/inetd.conf"
cat >"$folder/lighttpd.conf" <<END
server.document-root = "$folder/www"
server.port = 80
index-file.names = ( "index.html" )
END
cat >"$folder/nginx.conf" <<END
daemon off;
error_log $folder/nginx/error.log;
pid $folder/nginx/pid;
events {}
http {
  access_log off;
  client_body_temp_path $folder/nginx; proxy_temp_path $folder/nginx; fastcgi_temp_path $folder/nginx;
  uwsgi_temp_path $folder/nginx; scgi_temp_path $folder/nginx;
  server { listen 81; root $folder/www; }
  server { listen 443 ssl; ssl_certificate $folder/crt; ssl_certificate_key $folder/key; root $folder/www; }
}
END
cat >"$folder/mosquitto.conf" <<END
allow_anonymous true
listener 1883
listener 8883
certfile $folder/crt
keyfile $folder/key
END
cat >"$folder/smb.conf" <<END
[global]
private dir = $folder/smb
lock directory = $folder/smb
state directory = $folder/smb
cache directory = $folder/smb
pid directory = $folder/smb
ncalrpc dir = $folder/smb/rpc
smb ports = 445
log file = $folder/smb/log
END
cat >"$folder/minidlna.conf" <<END
network_interface=lan0
port=8200
media_dir=$folder/media
db_dir=$folder/media
log_dir=$folder/media
friendly_name=Plug
END

ports=()
service() {
  ports+=("$1")
  shift
  here "$@" >"$folder/log.${ports[-1]}" 2>&1 &
}
service 21 vsftpd "$folder/vsftpd.conf"
service 22 /usr/sbin/sshd -D -f /dev/null -h "$folder/ed25519" -o PidFile="$folder/sshd.pid" -o MaxStartups=200
service 23 inetd -i "$folder/inetd.conf"
service 80 lighttpd -D -f "$folder/lighttpd.conf"
service 81 nginx -c "$folder/nginx.conf"
ports+=(443)
service 445 smbd -F --no-process-group -s "$folder/smb.conf"
service 1883 mosquitto -c "$folder/mosquitto.conf"
ports+=(8883)
service 2222 dropbear -F -E -r "$folder/dropbear" -p 2222 -P "$folder/dropbear.pid"
service 6379 redis-server --port 6379 --save '' --dir "$folder"
service 8000 python3 -m http.server -d "$folder/www" 8000
service 8080 busybox httpd -f -p 8080 -h "$folder/www"
service 8200 minidlnad -d -f "$folder/minidlna.conf" -P "$folder/minidlna.pid"
sleep 3

alive() {
  local port dead=()
  for port in "${ports[@]}"; do
    here timeout 2 bash -c "exec 3<>/dev/tcp/192.0.2.1/$port" 2>/dev/null || dead+=("$port")
  done
  echo "${dead[*]:-all alive}"
}
list=$(IFS=,; echo "${ports[*]}")
echo "before: $(alive)"
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
seconds() {
  local from
  from=$(date +%s%N)
  "$@" >/dev/null 2>&1
  echo $((($(date +%s%N) - from) / 1000000))
}
for _ in $(seq "$runs"); do
  seconds ip netns exec "$space" "$assize" observe 192.0.2.1 --only identify --ports "$list" --format json
done >"$folder/assize.ms"
echo "after assize: $(alive)"
ip netns exec "$space" "$assize" observe 192.0.2.1 --only identify --ports "$list" --format json >"$folder/assize.json"
for _ in $(seq "$runs"); do
  seconds ip netns exec "$space" nmap -n -Pn -sT -sV -p "$list" 192.0.2.1
done >"$folder/nmap.ms"
echo "after nmap: $(alive)"
ip netns exec "$space" nmap -n -Pn -sT -sV -p "$list" -oX "$folder/nmap.xml" 192.0.2.1 >/dev/null
python3 - "$folder" <<'END'
import json, sys, xml.etree.ElementTree as tree
folder = sys.argv[1]
ours, protocols = {}, {}
for fact in json.load(open(f"{folder}/assize.json"))["facts"]:
    if fact["kind"] == "service":
        product = fact.get("product") or {}
        protocols[fact["port"]] = fact["protocol"] + (" in TLS" if fact["tls"] else "")
        ours[fact["port"]] = " ".join(filter(None, [product.get("vendor"), product.get("name"), product.get("version")]))
theirs = {}
for port in tree.parse(f"{folder}/nmap.xml").iter("port"):
    service = port.find("service")
    get = (service.attrib if service is not None else {}).get
    theirs[int(port.get("portid"))] = (get("name", ""), " ".join(filter(None, [get("product"), get("version")])))
for port in sorted(theirs):
    name, product = theirs[port]
    print(f"{port:>6}  {protocols.get(port, '-'):<16} {ours.get(port, ''):<40} | {name:<14} {product}")
print("named with product:", sum(map(bool, ours.values())), "by assize,", sum(bool(p) for _, p in theirs.values()), "by nmap -sV, of", len(theirs))
print("told by protocol:", sum(p != "unknown" for p in protocols.values()), "by assize")
END
a=$(median <"$folder/assize.ms")
n=$(median <"$folder/nmap.ms")
echo "median of $runs: assize $a ms, nmap -sV $n ms, ratio $(awk "BEGIN { printf \"%.1f\", $n / $a }")"
