# The worker's image; the command `accredit` is in it too. Everything that is installed is named with its hash.
# The newest Python that the tests run on is not needed: this is the oldest one that they do, with every mended fault.

FROM python:3.11.15-slim-bookworm@sha256:d29f48a31a8b408ed19272ca1e7b10ebae13b240a27e862d3d4217c528e2e0c3 AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/accredit
WORKDIR /src
COPY requirements.lock ./
RUN /opt/accredit/bin/pip install --require-hashes --requirement requirements.lock
COPY . ./
RUN /opt/accredit/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11.15-slim-bookworm@sha256:d29f48a31a8b408ed19272ca1e7b10ebae13b240a27e862d3d4217c528e2e0c3
RUN groupadd --system --gid 10001 accredit \
    && useradd --system --uid 10001 --gid 10001 --create-home --home-dir /var/lib/accredit accredit
COPY --from=build /opt/accredit /opt/accredit
ENV PATH=/opt/accredit/bin:$PATH PYTHONUNBUFFERED=1
# Mail, invoices and (where no other database is named) the books are kept under ./var, which is here.
WORKDIR /var/lib/accredit
RUN install --directory --owner accredit --group accredit var
USER 10001:10001
VOLUME /var/lib/accredit/var
EXPOSE 8081 8088
HEALTHCHECK --interval=15s --timeout=12s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8081/healthz', timeout=11)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "worker", "--health-port", "8081"]
