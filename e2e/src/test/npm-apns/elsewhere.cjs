// For APNs clients that know Apple's port alone, and perhaps Apple's host: their connections go to APNS_PORT of this machine,
// as name resolution and a forwarded port would have it. Loaded with --require, so the clients stay as they are.
const tls = require('node:tls');

const connect = tls.connect;
tls.connect = (...args) => {
  const [options] = args;
  return typeof options === 'object' && Number(options.port) === 443
    ? connect({...options, host: '127.0.0.1', port: Number(process.env.APNS_PORT), servername: 'localhost'})
    : connect(...args);
};
