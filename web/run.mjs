// Runs the program of the site that this file lies in, under Node:
//
//   node SITE/run.mjs [--env NAME=VALUE] [--dir HOST[::GUEST]] [ARGUMENTS...]
//
// ARGUMENTS are a command in place of the site's own, program first.
const { main } = await import(new URL("rv2wat/command.mjs", import.meta.url).href);
main(new URL(".", import.meta.url), process.argv.slice(2));
