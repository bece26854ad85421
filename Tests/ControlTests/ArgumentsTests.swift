import Testing

@testable import Control

@Suite struct ArgumentsTests {
  private static var command: Command {
    Command(
      "try",
      operands: "ID [KEY]",
      count: 1...2,
      "",
      options: [Option("json", ""), Option("action", "KEY", ""), Option("timeout", "MS", "")]
    ) { _ in .success }
  }

  private static func parse(_ words: String) throws -> Arguments {
    try command.parse(words.split(separator: " ").map { String($0) })
  }

  @Test(
    "options and operands in any order",
    arguments: [
      ("7", ["7"], [], false),
      ("7 key", ["7", "key"], [], false),
      ("--json 7", ["7"], [], true),
      ("7 --json", ["7"], [], true),
      ("--action a 7 --action=b", ["7"], ["a", "b"], false),
      ("--action=a=b 7", ["7"], ["a=b"], false),
      ("--action= 7", ["7"], [""], false),
      ("--action -1 7", ["7"], ["-1"], false),
      ("--action --json 7", ["7"], ["--json"], false),
      ("-- --json -x", ["--json", "-x"], [], false),
      ("- 7", ["-", "7"], [], false),
    ] as [(String, [String], [String], Bool)]
  )
  func sorts(words: String, operands: [String], actions: [String], json: Bool) throws {
    let arguments = try Self.parse(words)
    #expect(arguments.operands == operands)
    #expect(arguments.values("action") == actions)
    #expect(arguments.has("json") == json)
  }

  @Test(
    "what is wrong is told, with the way to the help",
    arguments: [
      ("", "hark try takes ID [KEY]; hark try --help tells more"),
      ("1 2 3", "hark try takes ID [KEY]; hark try --help tells more"),
      ("7 --jsn", "no option --jsn; hark try --help lists them"),
      ("7 -j", "no option -j; hark try --help lists them"),
      ("7 --json=yes", "--json takes no value"),
      ("7 --action", "--action takes a value: --action KEY"),
    ]
  )
  func refuses(words: String, message: String) {
    #expect(throws: Failure.usage(message)) { try Self.parse(words) }
  }

  @Test("--help and -h need nothing else", arguments: ["--help", "-h", "1 2 3 --help"])
  func help(words: String) throws {
    #expect(try Self.parse(words).has("help"))
  }

  @Test(
    "numbers within their range",
    arguments: [("0", 0), ("-1", -1), ("2147483647", 2_147_483_647)] as [(String, Int32)]
  )
  func numbers(text: String, number: Int32) throws {
    let arguments = try Self.parse("7 --timeout \(text)")
    #expect(try arguments.number("timeout", in: -1...Int32.max) == number)
  }

  @Test(
    "no numbers",
    arguments: ["", "-2", "1.5", "abc", "2147483648", "0x10", "99999999999999999999"]
  )
  func badNumbers(text: String) throws {
    let arguments = try Self.parse("7 --timeout=\(text)")
    #expect(throws: Failure.self) { try arguments.number("timeout", in: -1...Int32.max) }
  }

  @Test("0 is no id", arguments: ["0", "-1", "x", "4294967296"])
  func badID(text: String) throws {
    let arguments = try Self.parse("-- \(text)")
    #expect(throws: Failure.self) { try arguments.id(0) }
  }

  @Test("the help of every command names each of its options, once")
  func everyHelp() {
    #expect(Set(commands.map { $0.name }).count == commands.count)
    for command in commands {
      for option in command.options {
        let lines = command.help.split(separator: "\n").filter {
          $0.hasPrefix("  --\(option.name) ")
        }
        #expect(lines.count == 1, "\(command.name) --\(option.name)")
      }
      #expect(!command.help.split(separator: "\n").contains { $0.count > 110 }, "\(command.name)")
    }
  }
}
