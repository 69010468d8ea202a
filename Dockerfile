# docker build -t verbatim .
# docker run --rm verbatim ask "Who arms North Korea?"
# docker run --rm -v ./papers:/documents:ro verbatim ask "…"      your own documents
# docker run --rm -e DISCORD_TOKEN -v verbatim:/data verbatim     on Discord

FROM python:3.13-slim AS build
# Compiled once, here: the result may be read-only, and would compile everything anew at every start.
ENV COMPILE="-m compileall -q --invalidation-mode unchecked-hash"
COPY requirements*.txt ./
# EXTRA=milvus: with what an index on Milvus needs.
ARG EXTRA=
# The packages' own tests, a fifth of it all, stay behind.
RUN python -m venv --without-pip /venv \
    && pip --python /venv install --no-cache-dir --no-compile --only-binary :all: --require-hashes -r requirements.txt \
        ${EXTRA:+-r requirements-$EXTRA.txt} \
    && find /venv -type d -name tests -prune -exec rm -r {} + \
    && python $COMPILE /venv/lib
WORKDIR /app
COPY bot bot
COPY corpus corpus
COPY retrieval retrieval
RUN mv corpus/documents /documents && python $COMPILE .

FROM python:3.13-slim
# Nothing is installed from here on.
RUN pip uninstall --yes --quiet --root-user-action ignore pip \
    && install --directory --owner 10001 --group 10001 --mode 700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /documents /documents
WORKDIR /app
ENV DOCUMENTS=/documents DATA=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONUTF8=1
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["/venv/bin/python", "-m", "bot"]
CMD ["discord"]
