/**
 * Signs users in, waits for what their phones answer, and ends the sessions.
 *
 * Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds and deletes users, and
 * has their phones answer by themselves: point it at `iampass emulator`, not at the service.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./authentication.js";
import type { paths as managementPaths } from "./management.js";
import { signing, signNow } from "./signer.js";

type Schemas = components["schemas"];

const { IAMPASS_SERVER = "", IAMPASS_APPLICATION_ID: application_id = "", IAMPASS_APPLICATION_SECRET = "" } =
  process.env;

const settings = {
  baseUrl: IAMPASS_SERVER,
  redirect: "error",
  // The client does not read it from the contract: a list is one value, joined by commas.
  querySerializer: { array: { style: "form", explode: false } },
} as const;
const client = createClient<paths>(settings);
const management = createClient<managementPaths>(settings);
for (const each of [client, management]) each.use(signing(application_id, IAMPASS_APPLICATION_SECRET));

/** A sign-in that has started. The service gives the URLs of its calls; its own token and secret sign them. */
class Session {
  constructor(readonly started: Schemas["AuthenticationStatus"]) {}

  async #call<T>(method: string, url: string): Promise<T> {
    // Whoever can change a response must not choose where signed requests go.
    if (new URL(url).origin !== new URL(IAMPASS_SERVER).origin) throw new RangeError(`not at ${IAMPASS_SERVER}: ${url}`);
    const headers = signNow(this.started.session_token!, this.started.session_secret!, url);
    const response = await fetch(url, { method, headers, redirect: "error" });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async status(): Promise<string | null | undefined> {
    const response = await this.#call<Schemas["SessionStatusResponse"]>("GET", this.started.status_url!);
    const status = response.session_status ?? response.authentication_status?.session_status;
    return status === "time_out" ? "timeout" : status;
  }

  /** Polls every two seconds until the user has answered. */
  async wait(seconds: number) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const status = await this.status();
      if (status !== "pending" && status !== "identifying") return status;
      if (Date.now() + 2000 > deadline) throw new Error(`${status} after ${seconds} seconds`);
      await sleep(2000);
    }
  }

  async end() {
    return (await this.#call<Schemas["EndSessionResponse"]>("POST", this.started.logout_url!)).status;
  }
}

/** The session, or the reason why the sign-in has not started. Other responses come as text, in `error`. */
async function signIn(user_id: string): Promise<Session | string | null | undefined> {
  const query: { methods: ("acceptance" | "device")[]; duration_seconds: number } = {
    methods: ["acceptance", "device"],
    duration_seconds: 600,
  };
  const path = "/authentication/authenticate_user/{application_id}/{user_id}";
  const { data, error, response } = await client.POST(path, { params: { path: { application_id, user_id }, query } });
  if (!data) throw new Error(`${response.status}: ${error}`);
  const started = data.authentication_status;
  return started.authenticated ? new Session(started) : started.reason;
}

/** A session that has started. */
async function started(user_id: string): Promise<Session> {
  const session = await signIn(user_id);
  assert.ok(session instanceof Session, `${session}`);
  return session;
}

for (const user_id of ["user1", "é/ä b"]) {
  const users = { params: { path: { application_id } }, body: { users: [user_id] } };
  assert.ok((await management.POST("/management/add_users/{application_id}", users)).data?.status);
  assert.equal(await signIn(user_id), "NO_MOBILE_DEVICE");

  // What the user's phone does with the link, and then with what it is asked.
  const path = "/management/device_registration_link/{application_id}/{user_id}";
  const link = await management.GET(path, { params: { path: { application_id, user_id } } });
  assert.ok((await fetch(link.data!.register_url!, { method: "POST" })).ok);
  const answer = async (outcome: string) => {
    const phone = `/_emulator/v1/applications/${application_id}/users/${encodeURIComponent(user_id)}/sign-in`;
    const body = JSON.stringify({ outcome, after_ms: 200 });
    const headers = { "Content-Type": "application/json" };
    assert.ok((await fetch(new URL(phone, IAMPASS_SERVER), { method: "PUT", headers, body })).ok);
  };

  await answer("active");
  const session = await started(user_id);
  assert.equal(await session.wait(30), "active");
  const asked = await (await fetch(new URL("/_emulator/v1/sign-ins", IAMPASS_SERVER))).json();
  assert.equal(asked.at(-1).user_id, user_id);
  assert.deepEqual(asked.at(-1).methods, ["acceptance", "device"]);
  // To end it twice is no error.
  assert.ok((await session.end()) && (await session.end()));
  assert.equal(await session.status(), "closed");

  await answer("cancelled");
  const cancelled = await started(user_id);
  assert.equal(await cancelled.wait(30), "cancelled");

  const logout_url = cancelled.started.logout_url!.replace("://", "://elsewhere.example/");
  await assert.rejects(new Session({ ...cancelled.started, logout_url }).end(), RangeError);

  assert.ok((await management.POST("/management/delete_users/{application_id}", users)).data?.status);
  await assert.rejects(signIn(user_id), /404: .*not found/);
}
console.log("two users signed in, turned down and signed out");
