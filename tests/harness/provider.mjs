// A certified OpenID provider (npm: oidc-provider) that vouches for one person without asking.
// Arguments: where to send browsers back to, the client's secret, and how far ahead of this
// machine's clock it lives, in milliseconds, and where it tells who somebody is: `in-token`, as most
// providers do, or `when-asked`, as the standard would have it. It prints its issuer once it listens.
//
// Version 8 of the package, not 9: Debian 12 has Node.js 18.
const [redirectUri, clientSecret, ahead, told] = process.argv.slice(2);

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    parts.length ? super(...parts) : super(RealDate.now() + Number(ahead));
  }

  static now() {
    return RealDate.now() + Number(ahead);
  }
};

const { createServer } = await import("node:http");
const { default: Provider } = await import("oidc-provider");

const server = createServer().listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "postern", client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ["sub", "sid"], profile: ["name", "preferred_username", "roles"] },
    conformIdTokenClaims: told === "when-asked",
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: "Petra Provider",
        preferred_username: "petra@contoso.com",
        roles: ["Operator"],
      }),
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/let-in/${interaction.uid}` },
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/let-in/")) return answer(request, response);
    const { params, prompt } = await provider.interactionDetails(request, response);
    const result = { login: { accountId: "petra" } };
    if (prompt.name === "consent") {
      const grant = new provider.Grant({ accountId: "petra", clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result.consent = { grantId: await grant.save() };
    }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  });
  console.log(`issuer ${issuer}`);
});
