# The site, and the web server before it, as two images of one build:
#
#   docker build --target app  -t gaitway:REVISION      --build-arg REVISION=$(git rev-parse --short HEAD) .
#   docker build --target edge -t gaitway-edge:REVISION .
#
# Neither holds a secret, runs as root or writes anywhere but to /var/lib/gaitway and /tmp: start both with a read-only
# root. For a build that can be repeated byte by byte, give PYTHON and NGINX with the digest that you have looked at:
#   --build-arg PYTHON=python:3.11.13-slim-bookworm@sha256:…
ARG PYTHON=python:3.11.13-slim-bookworm
ARG NGINX=nginx:1.28.0-bookworm

FROM ${PYTHON} AS build
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /srv/gaitway
COPY requirements.txt requirements-traces.txt ./
# 1 adds what traces need.
ARG TRACES=0
RUN python -m venv /opt/venv \
 && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt \
 && if [ "$TRACES" = 1 ]; then \
      pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-traces.txt; \
    fi
COPY manage.py ./
COPY portal portal
COPY triage triage
COPY articles articles
COPY review review
COPY templates templates
# The hazard log is only as good as its tests: whether they are there is looked up before a check is signed.
COPY tests tests
COPY deploy/nginx deploy/nginx
# The key that is made for this step goes with its folder.
RUN GAITWAY_VAR=/tmp/build STATIC_DIR=/srv/gaitway/static python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf /tmp/build \
 && python -m compileall -q -j 0 portal triage articles review manage.py

FROM ${PYTHON} AS app
# What PDFs are drawn with (docs/papers.md), as the Debian of this base has it today: with its security fixes.
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends --yes \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation fonts-urw-base35 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 gaitway \
 && useradd --uid 10001 --gid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin gaitway \
 && install -d -o 10001 -g 10001 -m 0750 /var/lib/gaitway /var/lib/gaitway-edge /var/lib/gaitway-backups
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/gaitway /srv/gaitway
ARG REVISION=
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings \
    GAITWAY_VAR=/var/lib/gaitway \
    STATIC_DIR=/srv/gaitway/static \
    GAITWAY_REVISION=$REVISION \
    HOME=/tmp
WORKDIR /srv/gaitway
USER 10001:10001
VOLUME /var/lib/gaitway
EXPOSE 8000
# Alive, not ready: a database that is down is no reason to start this anew.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/-/live', timeout=4)"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "2", "--no-access-log", "--log-level", "warning", \
     "portal.wsgi:application"]

FROM ${NGINX} AS edge
COPY --from=build /srv/gaitway/static /srv/gaitway/static
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
# the group of the application: it reads the pages that are kept
USER 10101:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "--max-time", "4", "http://127.0.0.1:8080/-edge"]
ENTRYPOINT []
CMD ["nginx", "-c", "/etc/nginx/nginx.conf"]
