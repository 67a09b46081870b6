// Teaches redocly the extension `x-iampass-given-urls`, so that it reads the references in it and knows its members.
module.exports = () => ({
  id: "iampass",
  typeExtension: {
    oas3: (types) => ({
      ...types,
      Root: { ...types.Root, properties: { ...types.Root.properties, "x-iampass-given-urls": "GivenUrls" } },
      GivenUrls: { properties: {}, items: "GivenUrl" },
      GivenUrl: {
        properties: {
          operationId: { type: "string" },
          method: { enum: ["get", "post"] },
          url: { type: "string" },
          tags: { type: "array", items: { type: "string" } },
          summary: { type: "string" },
          description: { type: "string" },
          responses: "Responses",
        },
        required: ["operationId", "method", "url", "responses"],
        extensionsPrefix: "x-",
      },
    }),
  },
});
