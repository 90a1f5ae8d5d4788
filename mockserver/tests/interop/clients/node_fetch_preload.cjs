// Loaded before the client by `node --require`: makes the global fetch follow HTTPS_PROXY.
const { EnvHttpProxyAgent, setGlobalDispatcher } = require('undici');

setGlobalDispatcher(new EnvHttpProxyAgent());
