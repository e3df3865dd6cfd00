// A provider's endpoint for webhooks, which verifies them as the README of standardwebhooks says. Prints its port, then reads the secrets
// that it knows from standard input, one a line, and prints for each request its webhook-id and, for each event in it, its type and the id
// of its notification; or what the library says is wrong. Refuses the first request, which has to come again.
import {createServer} from 'node:http';
import {createInterface} from 'node:readline';
import {Webhook} from 'standardwebhooks';

const secrets = [];
let refuses = true;

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    try {
      const {type, data} = new Webhook(secrets.at(-1)).verify(Buffer.concat(parts).toString(), request.headers);
      const events = data.events.map((event) => `${event.type}=${event.data.id}`);
      console.log([request.headers['webhook-id'], type, data.app, ...events].join(' '));
      response.writeHead(refuses ? 503 : 204).end();
      refuses = false;
    } catch (error) {
      console.log(`wrong ${error.message}`);
      response.writeHead(401).end();
    }
  });
});
server.listen(0, 'localhost', () => console.log(server.address().port));

createInterface({input: process.stdin})
  .on('line', (secret) => secrets.push(secret))
  .on('close', () => process.exit());
