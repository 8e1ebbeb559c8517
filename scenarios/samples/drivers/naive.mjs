// A naive integration behind the driver protocol: it subscribes and credits as soon as Braze says
// 201. Run it with `node naive.mjs 9000`, and then
// `braze-lab fuzz --integration http://127.0.0.1:9000`.
import http from "node:http";

let braze, credits;

async function call(path, body) {
  const answer = await fetch(braze.base_url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${braze.api_key}` },
    body: JSON.stringify(body),
  });
  return answer.status;
}

async function acquire({ now, email, phone, activation }) {
  const alias = { alias_name: email, alias_label: "email" };
  const person = { user_alias: alias, _update_existing_only: false, email };
  if (phone) person.phone = phone;
  let status = await call("/users/track", { attributes: [person] });
  if (status === 201 && phone) {
    status = await call("/subscription/status/set", {
      subscription_group_id: braze.subscription_group_id,
      subscription_state: "subscribed",
      phone: [phone],
    });
  }
  if (status === 201) credits.push({ activation, participant: email, at: now, reason: "201" });
}

const calls = {
  "POST /begin": (world) => { braze = world; credits = []; },
  "POST /participate": (person) => acquire(person).catch(() => {}), // whatever went wrong
  "POST /run_due": () => {},
  "GET /credits": () => ({ credits }),
};

const server = http.createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const perform = calls[`${request.method} ${request.url}`];
  if (!perform) return response.writeHead(404).end("{}");
  const answer = await perform(text ? JSON.parse(text) : undefined);
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ next_due: null, ...answer }));
});
server.listen(Number(process.argv[2] ?? 9000), "127.0.0.1", () => {
  console.log(`listening at http://127.0.0.1:${server.address().port}`);
});
