# docker build -t rapidpro-simulator .
FROM python:3.11-slim
COPY . /source
RUN pip install --no-cache-dir /source && rm -r /source \
    && useradd --create-home --uid 1000 simulator && mkdir /data && chown simulator /data
USER simulator
WORKDIR /data
VOLUME /data
EXPOSE 8000 5988 5984 8700
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8700/openapi.json')"]
ENTRYPOINT ["rapidpro-simulator"]
CMD ["serve", "--address", "0.0.0.0", "--console-address", "0.0.0.0"]
