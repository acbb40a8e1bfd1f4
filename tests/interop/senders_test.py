"""Real senders to a real receiver: ppinspect reads what nginx believed.

senders_test.py PPINSPECT
"""
from concurrent.futures import ThreadPoolExecutor

from clients import NAME, curl
from scenario import InteropTest, main
from servers import Certificates, Haproxy, Nginx
from world import HOST

OPTIONS = "send-proxy-v2-ssl-cn proxy-v2-options ssl,cert-cn,ssl-cipher,cert-sig,cert-key,crc32c,unique-id,authority"
CLIENT = "Zoë Exämple"
UNIQUE = "interop-%pid-%rt"


class SendersTest(InteropTest):
    needs = ("haproxy", "nginx", "curl", "openssl")

    @classmethod
    def arrange(cls):
        certificates = Certificates(cls.world, CLIENT)
        nginx = Nginx(cls.world, stream=True)
        haproxy = Haproxy(cls.world)
        cls.calls = {}  # name: the receiver's port, the port to call, curl's words

        def call(name, front, receiver, *words, **options):
            cls.calls[name] = (receiver, front, words, options)

        for name, server in (("haproxy v1", "send-proxy"), ("haproxy v2", "send-proxy-v2")):
            receiver = nginx.listen("proxy_protocol")
            call(name, haproxy.listen(f"{HOST[4]}:{receiver} {server}"), receiver)
        receiver = nginx.listen("proxy_protocol")
        call("nginx v1", nginx.forward(receiver), receiver)
        receiver = nginx.listen("proxy_protocol")
        call("curl v1", receiver, receiver, header=True)
        receiver = nginx.listen("ssl proxy_protocol", f"ssl_certificate {certificates.server}; ssl_certificate_key {certificates.server};")
        call("curl v1 and TLS", receiver, receiver, header=True, tls=True)
        if 6 in cls.world.families:
            receiver = nginx.listen("proxy_protocol")
            call("haproxy v2 over IPv6", haproxy.listen(f"{HOST[6]}:{receiver} send-proxy-v2"), receiver)
        receiver = nginx.listen("proxy_protocol")
        bind = f"ssl crt {certificates.server} ca-file {certificates.authority} verify optional alpn http/1.1"
        front = haproxy.listen(f"{HOST[4]}:{receiver} {OPTIONS}", mode="http", bind=bind, lines=[f"unique-id-format {UNIQUE}"])
        chain, key = certificates.client
        call("haproxy v2 tlvs", front, receiver, "--cert", chain, "--key", key, "--http1.1", tls=True)
        cls.tlvs = receiver
        nginx.start()
        haproxy.start()

    @classmethod
    def traffic(cls):
        with ThreadPoolExecutor(4) as pool:
            waiting = {(name, family): pool.submit(curl, front, *words, family=family, **options)
                       for name, (_, front, words, options) in cls.calls.items() for family in cls.world.families}
            cls.answers = {key: future.result() for key, future in waiting.items()}

    def test_addresses_are_those_that_the_receiver_believed(self):
        for (name, family), answer in self.answers.items():
            with self.subTest(name, family=family):
                self.assertEqual(answer.status, 200, answer.text)
                believed = answer.believed
                self.assertEqual((believed["src"], int(believed["sport"])), (HOST[family], answer.port))
                receiver, front, _, _ = self.calls[name]
                self.assertEqual((believed["dst"], int(believed["dport"])), (HOST[family], front))
                seen = [s for s in self.to(receiver) if s["src"]["port"] == answer.port and s["src"]["ip"] == HOST[family]]
                self.assertEqual(len(seen), 1)
                self.tell(seen[0], name)
                self.assertEqual(seen[0]["src"], {"ip": believed["src"], "port": int(believed["sport"])})
                self.assertEqual(seen[0]["dst"], {"ip": believed["dst"], "port": int(believed["dport"])})
                self.assertEqual(seen[0]["version"], 1 if "v1" in name else 2)
                self.assertEqual(seen[0]["family"], "inet" if family == 4 else "inet6")
                self.assertEqual((seen[0]["transport"], seen[0]["segments"]), ("stream", 1))
                self.assertEqual(seen[0]["payload"], "tls" if name.endswith("TLS") else "http/1.1")
                self.assert_accepted(seen[0])

    def test_there_is_one_record_for_each_connection(self):
        self.assertEqual(len(self.records), len(self.answers))
        self.assertEqual(self.status, 0)

    def test_tlvs_say_what_the_client_showed(self):
        for seen in self.to(self.tlvs):
            with self.subTest(seen.line):
                tlvs = {tlv["name"]: tlv for tlv in seen["tlvs"]}
                self.assertEqual(tlvs["CRC32C"]["ok"], True)
                self.assertEqual(tlvs["AUTHORITY"]["text"], NAME)
                self.assertEqual(tlvs["ALPN"]["text"], "http/1.1")
                self.assertRegex(bytes.fromhex(tlvs["UNIQUE_ID"]["hex"]).decode(), "^interop-[0-9]+-[0-9]+$")
                self.assertEqual(tlvs["SSL"]["client"], ["SSL", "CERT_CONN", "CERT_SESS"])
                self.assertEqual(tlvs["SSL"]["verify"], 0)
                ssl = {tlv["name"]: tlv.get("text") for tlv in tlvs["SSL"]["tlvs"]}
                self.assertEqual(ssl["SSL_CN"], CLIENT)
                self.assertRegex(ssl["SSL_VERSION"], "^TLSv1[.][23]$")
                self.assertRegex(ssl["SSL_CIPHER"], "^[A-Z0-9_-]+$")
                self.assertEqual((ssl["SSL_KEY_ALG"], ssl["SSL_SIG_ALG"]), ("EC256", "ecdsa-with-SHA256"))


if __name__ == "__main__":
    main(SendersTest)
