// A provider with an APNs client, used as its README says: sends to each token that it reads from standard input, and prints
// "sent", or what the client's own error says.
// With channels it does what each line says: create POLICY, read ID, list, delete ID, or broadcast ID, and prints the answer.
// Usage: node --require ./elsewhere.cjs provider.mjs CLIENT KEY_FILE KEY_ID TEAM TOPIC CA_FILE, with the port in APNS_PORT.
import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';

const [client, keyFile, keyId, team, topic, caFile] = process.argv.slice(2);

const clients = {
  async 'node-apn'() {
    const {default: apn} = await import('@parse/node-apn');
    const provider = new apn.Provider({
      token: {key: keyFile, keyId, teamId: team},
      production: true,
      address: '127.0.0.1',
      port: Number(process.env.APNS_PORT),
      ca: readFileSync(caFile),
    });
    return async (token) => {
      const note = new apn.Notification({alert: 'Hello', topic});
      const {failed} = await provider.send(note, token);
      return failed.map(({status, response, error}) => `${status} ${response?.reason ?? error}`).at(0);
    };
  },

  async channels() {
    const {default: apn} = await import('@parse/node-apn');
    const port = Number(process.env.APNS_PORT);
    const provider = new apn.Provider({
      token: {key: keyFile, keyId, teamId: team},
      production: true,
      address: '127.0.0.1',
      port,
      manageChannelsAddress: '127.0.0.1',
      manageChannelsPort: port,
      ca: readFileSync(caFile),
    });
    const actions = {create: 'create', read: 'read', list: 'readAll', delete: 'delete'};
    return async (line) => {
      const [what, value] = line.split(' ');
      const note = new apn.Notification();
      if (what === 'create') {
        note.payload = {'message-storage-policy': Number(value)};
      } else if (value) {
        note.channelId = value;
      }
      let answer;
      if (what === 'broadcast') {
        note.pushType = 'liveactivity';
        note.priority = 10;
        note.expiry = Math.floor(Date.now() / 1000) + 3600;
        note.event = 'update';
        note.contentState = {score: '1:0'};
        answer = await provider.broadcast(note, topic);
      } else {
        answer = await provider.manageChannels(note, topic, actions[what]);
      }
      return JSON.stringify(answer.sent[0] ?? answer.failed[0]);
    };
  },

  async apns2() {
    const {ApnsClient, Errors, Notification} = await import('apns2');
    const signingKey = readFileSync(keyFile);
    const provider = new ApnsClient({team, keyId, signingKey, defaultTopic: topic, host: 'localhost'});
    let heard;
    provider.on(Errors.error, (error) => (heard = error.reason));
    return async (token) => {
      try {
        await provider.send(new Notification(token, {alert: 'Hello'}));
        return undefined;
      } catch (error) {
        return `${error.constructor.name} ${error.reason} ${heard}`;
      }
    };
  },

  async hapns() {
    const {AlertNotification} = await import('hapns/notifications/AlertNotification');
    const {Device} = await import('hapns/targets/device');
    const {TokenConnector} = await import('hapns/connectors/token');
    const {send} = await import('hapns/send');
    const connector = TokenConnector({
      key: new Uint8Array(readFileSync(keyFile)),
      keyId,
      teamIdentifier: team,
    });
    const notification = AlertNotification(topic, {payload: {alert: {title: 'Hello'}}, priority: 10});
    return async (token) => {
      try {
        await send(connector, notification, Device(token));
        return undefined;
      } catch (error) {
        return `${error.name} ${error.statusCode}`;
      }
    };
  },
};

const send = await clients[client]();
for await (const token of createInterface({input: process.stdin})) {
  process.stdout.write(`${(await send(token)) ?? 'sent'}\n`);
}
process.exit();
