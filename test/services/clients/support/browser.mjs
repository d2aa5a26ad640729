// The browser of a person who logs in: follows redirects, with the cookies of all ports of this machine.
let url = process.argv[2];
const cookies = new Map();
for (let step = 0; url !== undefined && step < 10; step++) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const reply = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
  for (const line of reply.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  await reply.text();
  const location = reply.headers.get('location');
  url = location === null ? undefined : new URL(location, url).href;
}
