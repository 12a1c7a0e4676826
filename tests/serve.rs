//! What `rv2wat serve` says to browsers: headers, types, ranges, packed copies; and that
//! nothing outside of a site is served. The requests are written by hand, since clients
//! would set paths straight.
#![cfg(feature = "serve")]

#[allow(dead_code, reason = "images are made by other tests")]
#[path = "pack/common.rs"]
mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{Place, elf};

/// A server that runs until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(place: &Place, words: &[&str]) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rv2wat"))
            .args(["serve", "site", "--port", "0"])
            .args(words)
            .current_dir(place.path(""))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|line| line.strip_suffix("/\n"));
        Server { child, address: address.expect("one line with the address").to_owned() }
    }

    /// The answer to a request with these header lines.
    fn ask(&self, method: &str, path: &str, lines: &[&str]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n").expect("headers end");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        });
        Answer { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, path: &str, lines: &[&str]) -> Answer {
        self.ask("GET", path, lines)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A packed site, and the path of its module.
fn site(words: &[&str]) -> (Place, String) {
    let place = Place::new();
    fs::copy(elf("fib"), place.path("fib")).unwrap();
    place.packed(&[&["fib"], words].concat());
    let module = place.names("site/modules").into_iter().find(|name| name.ends_with(".wasm")).unwrap();
    (place, format!("/modules/{module}"))
}

#[test]
fn answers_say_what_browsers_need() {
    let (place, module) = site(&[]);
    let content = format!("/content/{}", place.names("site/content")[0]);
    let server = Server::start(&place, &[]);
    for (path, file, kind, kept) in [
        ("/", "index.html", "text/html", false),
        ("/index.html?x=y", "index.html", "text/html", false),
        ("/site.json", "site.json", "application/json", false),
        ("/files.bin", "files.bin", "application/octet-stream", false),
        ("/run.mjs", "run.mjs", "text/javascript", false),
        ("/rv2wat/sub/page.css", "rv2wat/sub/page.css", "text/css", false),
        ("/rv2wat/rv2wat_web.wasm", "rv2wat/rv2wat_web.wasm", "application/wasm", false),
        (&module, &module[1..], "application/wasm", true),
        (&content, &content[1..], "application/octet-stream", true),
    ] {
        let answer = server.get(path, &[]);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body == fs::read(place.path("site").join(file)).unwrap(), "{path}");
        assert_eq!(answer.header("content-type").split(';').next(), Some(kind), "{path}");
        let keep = if kept { "public, max-age=31536000, immutable" } else { "no-cache" };
        assert_eq!(answer.header("cache-control"), keep, "{path}");
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains('*'), "{policy}");
        // What has not changed does not come again.
        let since = format!("If-Modified-Since: {}", answer.header("last-modified"));
        let again = server.get(path, &[&since]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let head = server.ask("HEAD", path, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-length"), answer.body.len().to_string(), "{path}");
    }
}

#[test]
fn parts_of_files_come() {
    let (place, module) = site(&["--precompress"]);
    let whole = fs::read(place.path("site").join(&module[1..])).unwrap();
    let server = Server::start(&place, &[]);
    for (range, part) in [("0-3", 0..4), ("100-199", 100..200), ("-5", whole.len() - 5..whole.len())] {
        // As browsers ask: what is packed has other ranges.
        let answer = server.get(&module, &[&format!("Range: bytes={range}"), "Accept-Encoding: identity"]);
        assert_eq!(answer.status, 206, "{range}");
        assert!(answer.body == whole[part.clone()], "{range}");
        let shown = format!("bytes {}-{}/{}", part.start, part.end - 1, whole.len());
        assert_eq!(answer.header("content-range"), shown);
    }
    let beyond = server.get(&module, &[&format!("Range: bytes={}-", whole.len())]);
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("cache-control"), "no-cache", "an error is not kept for ever");
}

#[test]
fn packed_copies_come_to_who_takes_them() {
    let (place, module) = site(&["--precompress"]);
    let whole = fs::read(place.path("site").join(&module[1..])).unwrap();
    let server = Server::start(&place, &[]);
    let packed = server.get(&module, &["Accept-Encoding: gzip, deflate, br"]);
    assert_eq!(packed.status, 200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.header("content-type"), "application/wasm");
    assert_eq!(packed.header("vary"), "accept-encoding");
    assert_eq!(packed.header("cache-control"), "public, max-age=31536000, immutable");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == whole && packed.body.len() < whole.len());
    for accepted in ["br", "gzip;q=0", "identity"] {
        let answer = server.get(&module, &[&format!("Accept-Encoding: {accepted}")]);
        assert_eq!(answer.header("content-encoding"), "", "{accepted}");
        assert!(answer.body == whole, "{accepted}");
    }
}

#[test]
fn nothing_outside_is_served() {
    let (place, _) = site(&[]);
    place.write("secret", b"secret");
    place.write("site2/secret", b"secret");
    std::os::unix::fs::symlink("../secret", place.path("site/link")).unwrap();
    std::os::unix::fs::symlink("..", place.path("site/up")).unwrap();
    std::os::unix::fs::symlink("/etc", place.path("site/etc")).unwrap();
    std::os::unix::fs::symlink("index.html", place.path("site/within")).unwrap();
    let server = Server::start(&place, &[]);
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/content/../../secret",
        "/content/..%2f..%2fsecret",
        "/..%5csecret",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/../site2/secret",
        "/link",
        "/up/secret",
        "/etc/passwd",
        "/etc",
        "/content",
        "/content/",
        "/modules/",
        "/nothing",
        "/content/nothing",
        "/index.html%00.css",
        "/%ff",
    ] {
        let answer = server.get(path, &[]);
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.body.windows(6).any(|part| part == b"secret"), "{path}");
        assert!(!answer.headers.contains_key("last-modified"), "{path}");
    }
    assert_eq!(server.get("/within", &[]).status, 200, "a link within is one");
    let nothing = server.get("/content/nothing", &[]);
    assert_eq!(nothing.header("cache-control"), "no-cache", "what is not there may come");
    assert_eq!(nothing.header("x-content-type-options"), "nosniff");
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(server.ask(method, "/site.json", &["Content-Length: 0"]).status, 405, "{method}");
    }
    assert_eq!(fs::read(place.path("secret")).unwrap(), b"secret");
}

#[test]
fn a_site_that_is_packed_again_is_served_at_once() {
    let (place, module) = site(&[]);
    let server = Server::start(&place, &[]);
    assert_eq!(server.get(&module, &[]).status, 200);
    fs::copy(elf("strlen"), place.path("strlen")).unwrap();
    place.packed(&["strlen"]);
    assert_eq!(server.get(&module, &[]).status, 404);
    assert!(server.get("/site.json", &[]).body == fs::read(place.path("site/site.json")).unwrap());
}

#[test]
fn isolation_may_be_left_out() {
    let (place, _) = site(&[]);
    let server = Server::start(&place, &["--no-isolation"]);
    let answer = server.get("/", &[]);
    assert_eq!(answer.status, 200);
    for name in ["cross-origin-opener-policy", "cross-origin-embedder-policy"] {
        assert!(!answer.headers.contains_key(name), "{name}");
    }
    assert!(answer.headers.contains_key("content-security-policy"));
}

#[test]
fn ctrl_c_ends_it_while_somebody_loads() {
    let (place, _) = site(&[]);
    let mut server = Server::start(&place, &[]);
    let mut idle = TcpStream::connect(&server.address).unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    assert_eq!(server.get("/", &[]).status, 200);
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    for _ in 0..200 {
        if let Some(status) = server.child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(0));
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it goes on");
}

#[test]
fn what_is_no_site_is_refused() {
    let (place, _) = site(&[]);
    fs::create_dir(place.path("empty")).unwrap();
    place.write("other/site.json", br#"{"version": 2}"#);
    for (words, why) in [
        (&["empty"][..], "it has no site.json"),
        (&["nowhere"], "it has no site.json"),
        (&["other"], "its version is 2"),
        (&["site", "--address", "192.0.2.1"], "192.0.2.1"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
        let output =
            command.args(["serve", "--port", "0"]).args(words).current_dir(place.path("")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{words:?}: {said}");
        assert_eq!(output.stdout, b"");
    }
}
