// Listens and publishes with the clients of socket.io for JavaScript, by every transport: URL TOKEN FOLDER.
import { createRequire } from "node:module";

const [url, token, folder] = process.argv.slice(2);
const installed = createRequire(folder);
const MANY = 300;
const WAYS = { websocket: ["websocket"], polling: ["polling"], usual: ["polling", "websocket"] };

const once = (socket, event) => new Promise((done) => socket.once(event, done));
const asked = (socket, ...said) => new Promise((done) => socket.emit(...said, done));

async function refusal(io, transports) {
  const socket = io(url, { transports, auth: { token: "krs_wrong" }, forceNew: true });
  const failure = await once(socket, "connect_error");
  socket.close();
  return failure.message;
}

async function talk(version, way) {
  const { io } = installed(version);
  const transports = WAYS[way];
  const channel = `${version}-${way}`;
  const socket = io(url, { transports, auth: { token }, forceNew: true });
  await once(socket, "connect");
  const subscribed = await asked(socket, "subscribe", channel);
  const heard = [];
  const all = new Promise((done) => {
    socket.on(channel, (said) => {
      heard.push(said);
      if (heard.length === MANY) done();
    });
  });
  for (let n = 0; n < MANY; n += 10) {
    const some = Array.from({ length: 10 }, (_, i) => asked(socket, "publish", { channel, message: n + i }));
    await Promise.all(some);
  }
  await all;
  const complaint = once(socket, "error_message");
  socket.emit("publish", "changes", "forbidden");
  const result = {
    way: channel,
    subscribed,
    heard: heard.map((said) => said.message),
    last: heard.at(-1),
    complaint: await complaint,
    transport: socket.io.engine.transport.name,
  };
  socket.emit("unsubscribe", channel);
  const gap = once(socket, "gap");
  await asked(socket, "subscribe", { channels: [channel], since: "another-run.1" });
  await gap;
  socket.close();
  return { ...result, refusal: await refusal(io, transports) };
}

const results = ["sio4", "sio3"].flatMap((version) => Object.keys(WAYS).map((way) => talk(version, way)));
console.log(JSON.stringify(await Promise.all(results)));
