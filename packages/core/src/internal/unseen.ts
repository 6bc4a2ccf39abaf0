/** Controls, signs that turn the direction of a text, all that is not seen, Unicode's own line ends, and half characters. */
export const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu
