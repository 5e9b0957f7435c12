# Two images: `app` (portal, actions, commands) and `bot` (Rasa with the trained model).
#   docker build --target app -t heza-app .    docker build --target bot -t heza-bot .
# To pin a base by its digest as well: --build-arg PYTHON_APP=python:3.11.13-slim-bookworm@sha256:… (docs/images.md).
ARG PYTHON_APP=python:3.11.13-slim-bookworm
ARG PYTHON_BOT=python:3.10.18-slim-bookworm
ARG NODE=node:22.17.0-bookworm-slim

FROM ${NODE} AS front-end
WORKDIR /heza
COPY package.json package-lock.json .npmrc ./
COPY widget widget
COPY console console
RUN npm ci --no-progress && npm run --silent build

FROM ${PYTHON_APP} AS app-packages
WORKDIR /heza
COPY requirements/tools.txt requirements/app.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/tools.txt \
    && uv venv --no-cache --python "$(command -v python)" /opt/heza \
    && uv pip sync --no-cache --python /opt/heza/bin/python --require-hashes requirements/app.txt

FROM ${PYTHON_BOT} AS bot-packages
WORKDIR /heza
COPY requirements/tools.txt requirements/bot.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/tools.txt \
    && uv venv --no-cache --python "$(command -v python)" /opt/heza \
    && uv pip sync --no-cache --python /opt/heza/bin/python --require-hashes requirements/bot.txt

# What Rasa learns of the knowledge base.
FROM app-packages AS export
ENV PYTHONPATH=/heza HEZA_VAR=/tmp/heza
COPY alembic.ini ./
COPY migrations migrations
COPY vietnamese vietnamese
COPY knowledge knowledge
RUN mkdir -p var /tmp/heza \
    && /opt/heza/bin/python -m knowledge load \
    && /opt/heza/bin/python -m knowledge export-nlu var/nlu-export.json

FROM bot-packages AS model
ENV PYTHONPATH=/heza HEZA_ACTIONS_URL=http://127.0.0.1/webhook HEZA_TRACKER=/tmp/tracker.sqlite \
    RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2
COPY config.yml domain.yml endpoints.yml credentials.yml ./
COPY data data
COPY vietnamese vietnamese
COPY bot bot
COPY launcher launcher
COPY --from=export /heza/var/nlu-export.json var/nlu-export.json
# Rasa reads the files that name the secret even where it needs none.
RUN HEZA_SECRET=unused /opt/heza/bin/python -m rasa train --force --fixed-model-name heza --out models \
    && /opt/heza/bin/python -c "from launcher import places, training; print(training.fingerprint(places.Places()))" \
        > models/heza.inputs

FROM ${PYTHON_BOT} AS bot
ENV PATH=/opt/heza/bin:$PATH PYTHONPATH=/heza PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp MPLCONFIGDIR=/tmp \
    HEZA_LOG=json HEZA_TRACKER=/data/tracker.sqlite RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2 \
    OPENBLAS_NUM_THREADS=1
WORKDIR /heza
RUN useradd --system --uid 10001 --no-create-home heza && install -d -o heza -g heza -m 0700 /data
COPY --from=bot-packages /opt/heza /opt/heza
COPY domain.yml endpoints.yml credentials.yml ./
COPY deploy/with-secrets deploy/healthy.py deploy/
COPY vietnamese vietnamese
COPY bot bot
COPY --from=model /heza/models models
USER 10001
VOLUME /data
EXPOSE 5005
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "deploy/healthy.py", "http://127.0.0.1:5005/webhooks/portal/ready"]
ENTRYPOINT ["deploy/with-secrets"]
CMD ["python", "-m", "rasa", "run", "--model", "models/heza.tar.gz", "--interface", "0.0.0.0", "--port", "5005", \
     "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]

FROM ${PYTHON_APP} AS app
# The client of PostgreSQL is for backups. Its release is Debian's: an older one is not kept there, so it cannot be pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home heza \
    && install -d -o heza -g heza -m 0700 /data /backups
# HEZA_PRIVATE_HOST is an address, no secret.
# hadolint ignore=DL3064
ENV PATH=/opt/heza/bin:$PATH PYTHONPATH=/heza PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    HEZA_VAR=/data HEZA_WWW=/heza/www HEZA_HOST=0.0.0.0 HEZA_PRIVATE_HOST=0.0.0.0 HEZA_DEMO=off HEZA_LOG=json
WORKDIR /heza
COPY --from=app-packages /opt/heza /opt/heza
COPY alembic.ini ./
COPY deploy/with-secrets deploy/healthy.py deploy/start-portal deploy/
COPY migrations migrations
COPY vietnamese vietnamese
COPY knowledge knowledge
COPY dossiers dossiers
COPY actions actions
COPY portal portal
COPY --from=front-end /heza/var/www www
COPY --from=model /heza/models/heza.inputs models/heza.inputs
USER 10001
VOLUME /data
EXPOSE 8080
# Liveness: without Rasa the portal still answers by itself, so it must not be replaced for it. Readiness is /readyz.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "deploy/healthy.py", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["deploy/with-secrets"]
CMD ["deploy/start-portal"]
