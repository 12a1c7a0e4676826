// What lies beside the modules once scripts/web has put it there.
export * from "@xterm/xterm";
