//! The code pages of DOS (IBM 437, 850, 852, 863), which no browser knows and old mail still declares.

// The upper halves, from octet 0x80 on.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
     áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
     áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
     └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
     ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č\
     áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
     └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
     ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";
const CP863: &str = "ÇüéâÂà¶çêëèïî‗À§ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ\
     ¦´óú¨¸³¯Î⌐¬½¼¾«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The upper half of a code page, if it is one of these. 858 is 850 with the euro.
pub(super) fn page(number: u32) -> Option<&'static str> {
    match number {
        437 => Some(CP437),
        850 | 858 => Some(CP850),
        852 => Some(CP852),
        863 => Some(CP863),
        _ => None,
    }
}

/// Decodes octets by an upper half; `euro` says that 0xD5 is the euro (858).
pub(super) fn decode(bytes: &[u8], upper: &str, euro: bool) -> String {
    let upper: Vec<char> = upper.chars().collect();
    let letter = |b: &u8| match b.checked_sub(0x80) {
        None => char::from(*b),
        Some(0x55) if euro => '€',
        Some(at) => upper.get(usize::from(at)).copied().unwrap_or('\u{fffd}'),
    };
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_is_whole() {
        for number in [437, 850, 852, 863] {
            assert_eq!(page(number).unwrap().chars().count(), 128, "{number}");
        }
        assert_eq!(decode(b"D\x82j\x85 \xd5", page(858).unwrap(), true), "Déjà €");
        assert_eq!(decode(b"Za\xbe\xa2\x88\x86", page(852).unwrap(), false), "Zażółć");
        assert_eq!(page(1), None);
    }
}
