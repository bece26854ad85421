import TestSupport
import Testing

/// GetServerInformation and GetCapabilities (requirements, sections 2 and 3).
@Suite struct ServerInformationTests {
  @Test("FD-020..022 name, vendor, version, version of the specification", .needsHark)
  func information() async throws {
    try await inWorld { world, client in
      let answer = try client.call(Client.Call("GetServerInformation"))
      #expect(answer.signature == "ssss")
      let words = answer.values.compactMap(\.string)
      #expect(words.count == 4)
      #expect(words[0] == "hark" && words[1] == "hark")
      #expect(words[2].wholeMatch(of: /[0-9]+(\.[0-9]+)*/) != nil, "\(words[2])")
      #expect(words[3] == "1.3")
    }
  }

  @Test(
    "FD-024..026, F61 capabilities: no doubles, body and actions always",
    arguments: [Screen.none, .x11]
  )
  func capabilities(screen: Screen) async throws {
    try await inWorld(screen) { world, client in
      let answer = try client.call(Client.Call("GetCapabilities"))
      #expect(answer.signature == "as")
      let names = answer.values[0].list.compactMap(\.string)
      #expect(Set(names).count == names.count)
      for name in names {
        #expect(name.wholeMatch(of: /[A-Za-z0-9.+\/-]+/) != nil, "\(name)")
      }
      for name in ["body", "actions", "body-markup", "icon-static"] {
        #expect(names.contains(name), "\(name)")
      }
      #expect(!names.contains("icon-multi"))
      guard Programs.isHark else { return }
      for name in [
        "x-canonical-private-synchronous", "x-canonical-append", "x-dunst-stack-tag",
        "private-synchronous", "synchronous", "append",
      ] {
        #expect(names.contains(name), "\(name)")
      }
      // There is no centre to look at yet, no sound, and no image in a body.
      for name in ["persistence", "sound", "body-images", "inline-reply", "action-icons"] {
        #expect(!names.contains(name), "\(name)")
      }
    }
  }

  @Test("FD-027 what no capability announces is served all the same", .needsHark)
  func ignoredCapabilities() async throws {
    try await inWorld { world, client in
      let id = try client.notify(
        Notify(
          "unannounced",
          body: "<img src=\"/x.png\" alt=\"pic\">",
          actions: ["inline-reply", "Reply"],
          hints: "{'sound-name': <'bell'>, 'action-icons': <true>}",
          timeout: 0
        )
      )
      let entry = try client.inspect(id)
      #expect(entry["body"] == "pic")
      #expect(entry["actions"].list.count == 1)
    }
  }
}
