//! Writes the seeds that need no compiler into the checkout.

use rv2wat_fuzz::{TARGETS, seeds};

fn main() -> std::io::Result<()> {
    for target in TARGETS {
        let Some(made) = seeds::make(target.name) else { continue };
        let directory = seeds::directory(target.name);
        if directory.exists() {
            std::fs::remove_dir_all(&directory)?;
        }
        std::fs::create_dir_all(&directory)?;
        for (name, seed) in made {
            std::fs::write(directory.join(name), seed)?;
        }
    }
    Ok(())
}
