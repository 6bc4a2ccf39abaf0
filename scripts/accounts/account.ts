/** The account of a number, as it logs in. */
export const credentialsOf = (number: number) => ({
  apiId: "123456",
  user: `user-${number}`,
  password: `password-${number}`
})

/** Lets in the accounts of all numbers. */
export const passwordOf = ({ user }: { readonly user: string }): string => user.replace("user", "password")
