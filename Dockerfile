# The worker's image; the `settle` command is in it too: docker compose exec worker node dist/cli/main.js list
# Debian, not Alpine: Temporal's native core is built for glibc.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app
COPY package.json package-lock.json ./

# What runs. No package's install script is needed, so none is run.
FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# What is built: dist/ with the workflow bundle.
FROM base AS build
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

# Root certificates, for a Temporal behind TLS: Temporal's core reads the system's, and the slim image has none.
FROM base AS certificates
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE* ./
# Nothing in /app is this user's to write.
USER node
CMD ["node", "dist/worker.js"]
