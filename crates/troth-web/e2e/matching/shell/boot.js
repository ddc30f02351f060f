import init from "{{glue}}";
await init({ module_or_path: fetch("{{wasm}}") });
