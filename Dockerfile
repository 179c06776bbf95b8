# The API, as a user without rights. Everything it installs is pinned by hash.
FROM python:3.11.14-slim-bookworm

RUN useradd --system --uid 10001 --home-dir /srv/ccg --create-home ccg
WORKDIR /srv/ccg/app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && mkdir -p /srv/ccg/data && chown ccg /srv/ccg/data

USER ccg
ENV CCG_DATA=/srv/ccg/data CCG_HOST=0.0.0.0 CCG_PORT=8000
VOLUME /srv/ccg/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
CMD ["ccg", "serve"]
