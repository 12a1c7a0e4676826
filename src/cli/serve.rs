//! `rv2wat serve SITE`.

use std::process::ExitCode;

use rv2wat::serve::{Config, Server};

use super::options::ServeArguments;
use super::{CliError, emit};

/// Serves a site until somebody presses Ctrl-C.
pub fn serve(arguments: &ServeArguments) -> Result<ExitCode, CliError> {
    let config = Config {
        site: arguments.site.clone(),
        address: arguments.address,
        port: arguments.port,
        isolated: !arguments.no_isolation,
    };
    let server = Server::bind(&config)?;
    let url = server.url();
    emit::print(format!("{url}\n").as_bytes())?;
    if arguments.open
        && let Err(error) = open::that_detached(&url)
    {
        eprintln!("rv2wat: no browser could be started: {error}");
    }
    server.run()?;
    Ok(ExitCode::SUCCESS)
}
