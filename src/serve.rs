//! Serves a packed site to browsers.
//!
//! A server of static files that also says what a page with threads and WebAssembly needs
//! said: that it is isolated from others, what it may load, and what browsers may keep for
//! ever. Nothing outside of the site is served, whatever paths and links say.
//!
//! Knows HTTP and the format of `docs/site.md`. Must never know how a site is made.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::services::fs::{Backend, ServeDir, TokioBackend};

use crate::pack::{PackError, site};

/// What every answer says.
const ALWAYS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // `unsafe-inline`: terminals set styles of their own. `wasm-unsafe-eval` lets
    // WebAssembly be compiled, and no text be run.
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         worker-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    ),
];

/// What gives a page memory that its threads share.
const ISOLATED: [(HeaderName, &str); 2] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
];

/// How long what has a hash in its name may be kept: a year, which is for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What else is asked for again each time, and comes only if it has changed.
const ASK: &str = "no-cache";

/// Why a site is not served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It is no site.
    #[error(transparent)]
    Site(#[from] PackError),
    /// Nobody may listen there, or listening failed.
    #[error("{address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
}

/// What is served, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site.
    pub site: PathBuf,
    /// Where to listen.
    pub address: IpAddr,
    /// At which port; 0 is one that is free.
    pub port: u16,
    /// Whether pages are isolated from others, and may share memory among threads.
    pub isolated: bool,
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn bind(config: &Config) -> Result<Server, ServeError> {
        site::check(&config.site)?;
        let wanted = SocketAddr::new(config.address, config.port);
        let failed = |source| ServeError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Server { listener, address, router: router(config) })
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            // All addresses of this machine: one of them.
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("http://{}/", SocketAddr::new(ip, self.address.port()))
    }

    /// Serves until somebody presses Ctrl-C.
    ///
    /// # Errors
    /// [`ServeError::Listen`] if that fails.
    pub fn run(self) -> Result<(), ServeError> {
        let Server { listener, address, router } = self;
        let failed = |source| ServeError::Listen { address, source };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
        let ended: io::Result<()> = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::select! {
                ended = async { axum::serve(listener, router).await } => ended,
                pressed = tokio::signal::ctrl_c() => pressed,
            }
        });
        // Whoever is still loading is not waited for.
        runtime.shutdown_background();
        ended.map_err(failed)
    }
}

fn router(config: &Config) -> Router {
    let files = ServeDir::with_backend(&config.site, Inside { site: config.site.clone() })
        .redirect_to_trailing_slash(false)
        .precompressed_gzip();
    let isolated: &[(HeaderName, &str)] = if config.isolated { &ISOLATED } else { &[] };
    let always: Vec<(HeaderName, HeaderValue)> = ALWAYS
        .iter()
        .chain(isolated)
        .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
        .collect();
    Router::new().fallback_service(files).layer(middleware::from_fn_with_state(always, headers))
}

/// Adds what an answer has to say besides its content.
async fn headers(
    State(always): State<Vec<(HeaderName, HeaderValue)>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let hashed = [site::CONTENT, site::MODULES].iter().any(|folder| {
        path.strip_prefix('/')
            .and_then(|path| path.strip_prefix(folder))
            .is_some_and(|rest| rest.starts_with('/'))
    });
    let mut response = next.run(request).await;
    let status = response.status();
    let found = status.is_success() || status == axum::http::StatusCode::NOT_MODIFIED;
    let keep = if hashed && found { FOR_EVER } else { ASK };
    let headers = response.headers_mut();
    headers.extend(always);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    // RFC 9239 has one name for scripts and modules, which the table of names is older than.
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/javascript") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript"));
    }
    response
}

/// The files of a site, and nothing that links in it lead to outside.
#[derive(Clone)]
struct Inside {
    site: PathBuf,
}

/// Where a path leads, if that is in the site. The site is looked up each time: another
/// may have been packed in its place.
async fn inside(site: &Path, path: &Path) -> io::Result<PathBuf> {
    let site = tokio::fs::canonicalize(site).await?;
    let path = tokio::fs::canonicalize(path).await?;
    match path.starts_with(&site) {
        true => Ok(path),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

type Pending<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl Backend for Inside {
    type File = <TokioBackend as Backend>::File;
    type Metadata = <TokioBackend as Backend>::Metadata;
    type OpenFuture = Pending<Self::File>;
    type MetadataFuture = Pending<Self::Metadata>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let site = self.site.clone();
        Box::pin(async move { TokioBackend.open(inside(&site, &path).await?).await })
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let site = self.site.clone();
        Box::pin(async move { TokioBackend.metadata(inside(&site, &path).await?).await })
    }
}
