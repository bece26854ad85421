import CLibc

/// Foreign text as it may go to a terminal: no control characters, nothing that turns the direction
/// of what follows.
package func printable(_ text: String, keepsLines: Bool = false) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x0A where keepsLines: result.append(scalar)
    case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: result.append(" ")
    case 0..<0x20, 0x7F..<0xA0: result.append("\u{FFFD}")
    case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: break
    default: result.append(scalar)
    }
  }
  return String(result)
}

/// Columns that a character takes on a terminal.
func columns(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
    return 2
  default:
    return scalar.properties.generalCategory == .format ? 0 : 1
  }
}

func columns(_ text: String) -> Int {
  text.reduce(0) { $0 + columns($1) }
}

/// The text, ended or begun by an ellipsis where it takes more columns than there are.
package func cut(_ text: String, to width: Int, atStart: Bool = false) -> String {
  guard columns(text) > width else { return text }
  var result: [Character] = []
  var left = width - 1
  for character in atStart ? text.reversed() : Array(text) {
    left -= columns(character)
    if left < 0 { break }
    result.append(character)
  }
  return atStart ? "…" + String(result.reversed()) : String(result) + "…"
}

/// No cell is given more columns for the sake of a longer one.
private let widestColumn = 60

/// Rows as lines whose columns stand below each other, two blanks apart; with a width, no line is longer.
package func aligned(_ rows: [[String]], width: Int? = nil) -> String {
  var widths: [Int] = []
  for row in rows {
    for (index, cell) in row.enumerated() where index < row.count - 1 {
      if index == widths.count { widths.append(0) }
      let width = columns(cell)
      if width <= widestColumn { widths[index] = max(widths[index], width) }
    }
  }
  var text = ""
  for row in rows {
    var line = ""
    for (index, cell) in row.enumerated() {
      line += cell
      if index < row.count - 1 {
        line += String(repeating: " ", count: max(widths[index] - columns(cell), 0) + 2)
      }
    }
    text += width.map { cut(line, to: $0) } ?? line
    text += "\n"
  }
  return text
}
