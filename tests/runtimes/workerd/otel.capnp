using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "otel", worker = (
    modules = [(name = "worker.js", esModule = embed "../build/otel-worker.js")],
    compatibilityDate = "2026-07-01", compatibilityFlags = ["nodejs_compat"]
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "otel")]
);
