"""Two hops that each add a header: haproxy in TCP mode does not read the one that it gets.

chained_test.py PPINSPECT
"""
from clients import GET, curl, talk, v2
from scenario import InteropTest, main
from servers import Haproxy, Nginx
from world import HOST


class ChainedTest(InteropTest):
    needs = ("haproxy", "nginx", "curl")

    @classmethod
    def arrange(cls):
        nginx = Nginx(cls.world)
        haproxy = Haproxy(cls.world)
        cls.hops = {}
        for inner in ("v1", "v2"):
            for outer, option in (("v1", "send-proxy"), ("v2", "send-proxy-v2")):
                receiver = nginx.listen("proxy_protocol")
                cls.hops[inner, outer] = (haproxy.listen(f"{HOST[4]}:{receiver} {option}"), receiver)
        nginx.start()
        haproxy.start()

    @classmethod
    def traffic(cls):
        cls.ports = {}
        for (inner, outer), (hop, _) in cls.hops.items():
            if inner == "v1":
                cls.ports[inner, outer] = curl(hop, header=True).port
            else:
                talk(hop, v2() + GET)

    def test_the_second_header_is_a_record_of_its_own(self):
        for (inner, outer), (_, receiver) in self.hops.items():
            with self.subTest(inner=inner, outer=outer):
                first, second = self.to(receiver)
                self.tell(first, f"{inner} inside {outer}")
                self.tell(second, f"{inner} inside {outer}")
                self.assertEqual((first["version"], second["version"]), (int(outer[1]), int(inner[1])))
                self.assertEqual((first.get("chain"), second["chain"], second["stream_offset"]), (None, 1, first["header_bytes"]))
                self.assertEqual(first["payload"], f"proxy-{inner}")
                self.assertEqual(second.codes("warning"), ["header-chained"])
                self.assertIn(f"  after {first['header_bytes']} bytes", second.line)
                self.assert_blames(second, "sender", "chained-headers")
                self.assert_blames(first, "sender", "chained-headers")

    def test_the_hop_in_the_middle_does_not_read_it(self):
        for (inner, outer), (hop, _) in self.hops.items():
            with self.subTest(inner=inner, outer=outer):
                self.assert_refused(self.only(hop, name=f"{inner} to the hop"), "receiver", "receiver-http-400")

    def test_the_inner_header_announces_the_client(self):
        for (inner, outer), port in self.ports.items():
            self.assertEqual(self.to(self.hops[inner, outer][1])[1]["src"], {"ip": HOST[4], "port": port})


if __name__ == "__main__":
    main(ChainedTest)
