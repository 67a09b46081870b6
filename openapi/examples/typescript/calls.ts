/**
 * All five calls, for users with all kinds of ids.
 *
 * Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds users, disables
 * their phones and deletes them: point it at `iampass emulator`, not at the service.
 */
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./management.js";
import { signing } from "./signer.js";

const { IAMPASS_SERVER = "", IAMPASS_APPLICATION_ID: application_id = "", IAMPASS_APPLICATION_SECRET = "" } =
  process.env;
const USERS = ["user1", "alice+test@example.com", "é/ä b", "DOMAIN\\alice", "a%2Fb?c#d", "日本語 🦀", "(a)!'*;b"];

const client = createClient<paths>({ baseUrl: IAMPASS_SERVER, redirect: "error" });
client.use(signing(application_id, IAMPASS_APPLICATION_SECRET));

/** A refusal is an HTTP 200: only `status` tells. Anything but 200 and 201 comes as text. */
function succeeded<T extends { status: boolean }>(answer: { data?: T; error?: string; response: Response }): T {
  if (!answer.data?.status) throw new Error(`${answer.response.status}: ${JSON.stringify(answer)}`);
  return answer.data;
}

for (const user_id of USERS) {
  const users = { params: { path: { application_id } }, body: { users: [user_id] } };
  const device = { params: { path: { application_id, user_id } } };
  const hasPhone = () =>
    client.GET("/management/has_registered_mobile_device/{application_id}/{user_id}", device);

  const added = succeeded(await client.POST("/management/add_users/{application_id}", users));
  assert.deepEqual(added.users?.created, [user_id]);
  assert.equal(succeeded(await hasPhone()).device_registered, false);

  const query = { display_name: "Zoë & 100% + more" };
  const path = "/management/device_registration_link/{application_id}/{user_id}";
  const link = succeeded(await client.GET(path, { params: { ...device.params, query } })).register_url!;
  // What the user's phone does with the link.
  assert.ok((await fetch(link, { method: "POST" })).ok);
  assert.equal(succeeded(await hasPhone()).device_registered, true);

  const lost = "/management/lost_user_mobile_device/{application_id}/{user_id}";
  assert.notEqual(succeeded(await client.GET(lost, device)).register_url, link);
  assert.equal(succeeded(await hasPhone()).device_registered, false);

  // Answers other than success come as text, in `error`.
  succeeded(await client.POST("/management/delete_users/{application_id}", users));
  const unknown = await hasPhone();
  assert.equal(unknown.response.status, 404);
  assert.match(unknown.error ?? "", /not found/);
}
for (const user_id of ["", ".", ".."]) {
  const device = { params: { path: { application_id, user_id } } };
  await assert.rejects(client.GET("/management/lost_user_mobile_device/{application_id}/{user_id}", device));
}
console.log(`five calls for each of ${USERS.length} users`);
